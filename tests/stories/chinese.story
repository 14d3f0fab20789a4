# VPN：文章、提问、工单
User: VPN每十分钟断一次，错误809
Bot: 809
User presses: 没有帮助
User presses: 跳过
User presses: 跳过
Bot: INC-1
Ticket: type=incident category=network
Tickets: 1

# 谢谢
User: 谢谢
Bot: 不客气
Tickets: 0

# 谢谢，还是不行
User: 打印机打印不了
User: 谢谢，还是不行
User presses: 跳过
User presses: 跳过
User presses: 跳过
Bot: INC-1
Tickets: 1

# 解决了
User: 打印机打印不了
User presses: 已解决
Tickets: 0

# 转人工
User: 转人工
User: 我的电脑开不了机
Bot: INC-1
Tickets: 1

# 生气
User: 太差劲了！！！打印机又打印不了，烦死了！
Bot: 抱歉
User presses: 人工
Bot: INC-1

# 查进度
User: 转人工
User: 我的电脑开不了机
User: 我的工单进度怎么样了？
Bot: INC-1
Tickets: 1

# 一条消息两个问题
User: Outlook打不开了，另外二楼的打印机卡纸
Tickets: 0

# 免打扰时段用一句话就能设置
channel: hook
User: 免打扰时段
Bot: 您最近写消息的地方
Buttons: 免打扰 22:00-07:00 | 保持不变
User presses: 免打扰
Bot: 我会照办
Tickets: 0
