# Agent: the whole way, from "escalated" to "is it fixed?", no, and yes
room
User: I want to talk to a human
User is in: Asia/Tokyo
User: my VPN drops every ten minutes since Monday, error 809
Bot: your ticket is **INC-1** | A colleague will answer you here
User sends: log.png
Agent takes
Agent orders: #escalate the concentrator needs a look
Room got: goes from L1 to L2 | > my VPN drops every ten minutes | Error code: 809 | What happened: | assigned | log.png | First response: due | of working time left
Wait: 2 minutes
Messages: 1
Bot: “my VPN drops | on to our network specialists | need not repeat | They will take it up today at 22:03 your time at the latest
Bot not: human | Ana
User: where is my ticket?
Bot: It is with our network specialists. They will take it up today at 22:03 your time at the latest
Bot not: A colleague will answer
Agent is: wei
Agent takes
Wait: 2 minutes
Messages: 1
Bot: Wei from our network specialists has taken **INC-1** | Wei will answer you here
User: where is my ticket?
Bot: Wei from our network specialists is working on it
Agent resolves
Bot: “my VPN drops | is solved. Is it fixed? | close it in 5 days
Buttons: Yes, it is fixed | No, not yet
User: not yet
Bot: Thank you for saying so. INC-1 is open again. It is with Wei from our network specialists
Ticket: status=open level=L2
Agent resolves
User: ok
Bot: Glad it works! INC-1 is closed
Ticket: status=closed
Wait: 20 minutes
Bot: nothing
Never said: concentrator

# Агент: вопрос решён на второй линии, ответа нет, заявка закрывается сама
room
User: позовите оператора
User is in: Europe/Moscow
User: не работает VPN, ошибка 809, с утра
Agent takes
Agent orders: #escalate
Room got: goes from L1 to L2 | не работает VPN
Wait: 2 minutes
Messages: 1
Bot: Заявкой **INC-1** «не работает VPN, ошибка 809, с утра» теперь займутся наши специалисты по сетям | повторять ничего не нужно. Начнут самое позднее сегодня в 16:02 по вашему времени
User: где моя заявка?
Bot: Этим займутся наши специалисты по сетям. Начнут самое позднее сегодня в 16:02
Bot not: Специалист ответит
Agent is: wei
Agent takes
Wait: 2 minutes
Bot: занимается Wei (наши специалисты по сетям). Wei ответит вам здесь, самое позднее завтра
Agent resolves
Bot: решена. Всё ли работает? Если ответа не будет, закроем её через 5 дней
User: где моя заявка?
Bot: **INC-1** | решена, последние новости
Wait: 4 days
Bot not: INC-1** закрыта
Ticket: status=resolved
Wait: 2 days
Ticket: status=closed
User: опять отваливается
Bot: Жаль, что проблема вернулась. INC-1 снова открыта | Этим займётся Wei (наши специалисты по сетям). Начнут самое позднее завтра в 16:00 по вашему времени
Ticket: status=open level=L2

# 坐席升级：退回一线后解决，用户说又掉线了
room
User: 转人工
User is in: Asia/Shanghai
User: VPN每十分钟断一次，错误809
Agent takes
Agent orders: #escalate
Wait: 2 minutes
Messages: 1
Bot: 您的工单 **INC-1**“VPN每十分钟断一次，错误809”已转交我们的网络专家 | 无需重复说明。最晚今天 21:02（您当地时间）开始处理
Agent is: wei
Agent takes
Agent orders: #return 证书已更新
Room got: comes back from L2
Ticket: level=L1
Agent is: ana
Wait: 2 minutes
Agent: 证书已更新，请重新连接。
Agent resolves
Bot: 已经解决，是这样吗？如果没有答复，将在 5 天后关闭。
User: 是
Bot: 太好了！INC-1 已关闭
Wait: 20 minutes
User: 又掉线了
Bot: 抱歉问题又出现了。INC-1 已重新打开 | 同事会在这里回复您，最晚
Ticket: status=open level=L1

# User: "escalate", at every level, until there is nobody above
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
User: escalate this please
Messages: 1
Bot: I have passed **INC-1** on. It is with our network specialists. They will take it up today at 13:01 (UTC) at the latest
User: I want to speak to your manager
Bot: **INC-1** has been passed on already
Ticket: level=L2
Wait: 2 minutes
Bot: nothing
Agent takes
User: escalate
Ticket: level=L3
Agent takes
Wait: 2 minutes
User: escalate
Bot: I have told those in charge here that you are waiting for **INC-1**. Ana from our network specialists is working on it

# Пользователь: передать выше, и письмом тоже
channel: mail
Subject: VPN
User: Не работает VPN, ошибка 809. Позовите оператора.
Bot: Ваша заявка — **INC-1**
User: Эскалируйте, пожалуйста
Bot: Передал **INC-1** выше. Этим займутся наши специалисты по сетям. Начнут самое позднее сегодня в 13:00 (UTC)
Ticket: level=L2 status=escalated
Wait: 30 minutes
Bot: nothing
Agent takes
Wait: 30 minutes
Messages: 1
Bot: занимается Ana
Agent resolves
Bot: Всё ли работает? | ответить «да» или «нет»
User: Да.
Ticket: status=closed

# 用户：要求升级，邮件里用“是的”确认
channel: mail
Subject: VPN
User: VPN每十分钟断一次，错误809
Bot: 您的工单号是 **INC-1**
User: 请升级处理
Bot: 已将 **INC-1** 升级处理。目前由我们的网络专家负责。最晚今天 13:00（UTC）开始处理
Agent takes
Agent resolves
Bot: 已经解决，是这样吗？ | 回复“是”或“不是”即可
User: 是的
Ticket: status=closed

# Procedure: its last step hands it up, with every answer, and says so at once
room
User: my VPN does not connect from home
User presses: together
User presses: No, it does not
User presses: No, nothing opens
User: yes please
Ticket: status=escalated level=L2
Bot: Every step and answer is on INC-1 | It is with our network specialists. They will take it up today at
Room got: goes from L1 to L2 | a step of the procedure
Wait: 5 minutes
Bot: nothing
Agent takes
Wait: 2 minutes
Bot: Ana from our network specialists has taken **INC-1**

# Инструкция: письмо мошенников; посреди шагов ничего не отвлекает
User: я перешёл по ссылке из странного письма и ввёл пароль
Ticket: level=L2 queue=security
User: Ввёл пароль
Wait: 5 minutes
Bot: nothing
User: да
User: да
User: +7 900 1234567
User: Пропустить
Bot: В INC-1 записаны все шаги и ответы | Этим займутся наши специалисты по безопасности. Начнут самое позднее сегодня в
Ticket: level=L2 queue=security status=escalated priority=critical
Wait: 5 minutes
Bot: nothing

# 流程：钓鱼邮件
User: 我点了钓鱼邮件里的链接，还输入了密码
Ticket: level=L2 queue=security
User: 输入了密码或验证码
Wait: 5 minutes
Bot: nothing
User: 1
User: 1
User: 13800138000
User: 跳过
Bot: 每一步和您的回答都记在 INC-1 里，不用再说一遍。目前由我们的安全团队负责。最晚今天
Ticket: level=L2 status=escalated
Wait: 5 minutes
Bot: nothing

# Capability: the first level does not deal with networks
room
Set: level = {L1 = {rank = 1, categories = ["hardware"], who = ["ana"]}, L2 = {rank = 2, who = ["wei"], called = {en = "the people of our data centre"}}}
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Messages: 1
Bot: your ticket is **INC-1** | It is with the people of our data centre. They will take it up today at 13:00 (UTC) at the latest
Bot not: A colleague will answer
Ticket: status=escalated level=L2
Room got: the level has nobody for it | Error code: 809
Wait: 5 minutes
Bot: nothing
Agent is: wei
Agent takes
Wait: 2 minutes
Bot: Wei from the people of our data centre has taken
Agent resolves
User: yes
Bot: Glad it works

# Навык: по-русски говорят только на второй линии
Set: rota = {ana = {languages = ["en"]}, wei = {languages = ["ru", "zh"]}}
Set: level = {L1 = {rank = 1, who = ["ana"]}, L2 = {rank = 2, who = ["wei"]}}
User: позовите оператора
User: VPN отваливается каждые десять минут, ошибка 809
Messages: 1
Bot: ваша заявка — **INC-1** | Этим займутся наши специалисты по сетям. Начнут самое позднее сегодня в 13:00 (UTC)
Ticket: level=L2
Wait: 5 minutes
Bot: nothing

# 技能：只有二线会说中文
Set: rota = {ana = {languages = ["en"]}, wei = {languages = ["ru", "zh"]}}
Set: level = {L1 = {rank = 1, who = ["ana"]}, L2 = {rank = 2, who = ["wei"]}}
User: 转人工
User: VPN每十分钟断一次，错误809
Messages: 1
Bot: 工单号是 **INC-1** | 目前由我们的网络专家负责。最晚今天 13:00（UTC）开始处理
Ticket: level=L2
Wait: 5 minutes
Bot: nothing

# Clock: most of the time to solve it is used
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Agent takes
Wait: 4 days
Ticket: status=escalated level=L2
Messages: 2
Bot: Ana will answer you here | on to our network specialists | They will take it up tomorrow at 11:01 (UTC) at the latest
Agent is: wei
Agent takes
Wait: 2 minutes
Bot: Wei from our network specialists has taken

# Часы: время на решение почти вышло
room
User: позовите оператора
User: не работает VPN, ошибка 809
Agent takes
Wait: 4 days
Ticket: status=escalated level=L2
Messages: 2
Bot: Ana ответит вам здесь | займутся наши специалисты по сетям | Начнут самое позднее завтра в 11:01
Room got: a deadline was missed (the clock): First response | Resolution: due Mon 9 Mar, 09:00, 11 hours of working time left
Room got not: → 2026 | What: VPN

# 时限：处理时间快用完了
User: 转人工
User: VPN每十分钟断一次，错误809
Agent takes
Wait: 4 days
Ticket: status=escalated level=L2
Messages: 2
Bot: Ana 会在这里回复您 | 已转交我们的网络专家 | 最晚明天 11:01（UTC）开始处理

# Article: it did not help
room
Set: escalation.article.times = 1
User: my VPN drops every ten minutes
User presses: Did not help
User presses: Skip
User presses: Skip
User presses: Skip
Messages: 1
Bot: Your ticket is **INC-1** | It is with our network specialists. They will take it up today at 13:01 (UTC) at the latest
Ticket: status=escalated level=L2
Room got: articles did not help | VPN does not connect or keeps dropping
Wait: 5 minutes
Bot: nothing
Agent takes
Agent resolves
User: it still drops
Bot: Thank you for saying so. INC-1 is open again

# Статья не помогла
Set: escalation.article.times = 1
User: VPN отваливается каждые десять минут, ошибка 809
User presses: Не помогло
User presses: Пропустить
User presses: Пропустить
Messages: 1
Bot: Ваша заявка — **INC-1** | Этим займутся наши специалисты по сетям. Начнут самое позднее сегодня в 13:01 (UTC)
Ticket: status=escalated level=L2
Wait: 5 minutes
Bot: nothing

# 文章：两篇都没用
User: 电脑很慢，更新后经常卡死
User presses: 不用了
User presses: 没有帮助
User presses: 跳过
Messages: 1
Bot: 工单号是 **INC-1** | 目前由我们的专家负责。最晚今天
Ticket: status=escalated level=L2
Wait: 5 minutes
Bot: nothing

# Storm: three people in three places and languages, one cause; one of them is not helped by the end
room
Set: escalation.storm.size = 2
User: I want to talk to a human
User: The VPN does not connect since nine, error 809
As: boris hook
User: Позовите оператора
User is in: Europe/Moscow
User: VPN не подключается, ошибка 809, из дома не попасть
As: chen mail
Subject: VPN连不上
User: 我要人工服务：在家连不上VPN，报错809
Agent orders: #parent INC-1
Messages: 1
Bot: 已经知道这个问题：还有 1 位同事 | 我们会在这里告诉您新的进展，最晚今天 10:02（UTC）。 | 您的工单 **INC-3** 会一并处理
About: INC-2
Agent orders: #parent INC-1
Room got: **INC-1** “The VPN does not connect | goes from L1 to L2: many are affected
As: boris
Messages: 1
Bot: Мы уже знаем об этом: о том же сообщили ещё 2 коллеги | не позднее чем сегодня в 13:02 по вашему времени | Ваша заявка **INC-2** решается вместе
User: где моя заявка?
Bot: **INC-2** | Это часть более широкого сбоя | не позднее чем сегодня в 13:02 по вашему времени
Bot not: INC-1 | Специалист ответит
As: chen
User: 我的工单到哪了？
Bot: **INC-3** | 这属于一个影响多人的问题，正在统一处理。
Bot not: INC-1 | 同事会
As: pat
Wait: 3 minutes
Messages: 1
Bot: **INC-1** | on to our network specialists | today at 13:03 (UTC) at the latest
About: INC-1
Ticket: status=escalated level=L2
User: it works now
Bot: INC-1 affects others, too, so it stays open
Ticket: status=escalated
Agent is: wei
Agent takes
Agent orders: #known 60 en: The gateway is being replaced. | #known 60 ru: Меняем шлюз.
Wait: 3 minutes
As: boris
Bot: Новости по **INC-2** | Меняем шлюз | сегодня в 13:0
As: chen
Bot: **INC-3** | 有新消息 | 目前只有英文说明： | The gateway is being replaced.
About: INC-1
Agent resolves
As: pat
Bot: **INC-1** “The VPN does not connect | is solved. Is it fixed?
User: yes
Bot: Glad it works! INC-1 is closed
Ticket: status=closed
As: boris
Wait: 5 minutes
Bot: **INC-2** «VPN не подключается | решена. Всё ли работает?
User: да
Bot: INC-2 закрыта
As: chen
Bot: **INC-3** | 已经解决，是这样吗？
User: 还没有解决
Bot: 谢谢告知。INC-3 已重新打开
About: INC-3
Ticket: status=open

# VIP: with the first message, in their own zone
User: I want to talk to a human
User is VIP
User is in: America/New_York
User: the network of the whole office is down, this is urgent
Messages: 1
Bot: INC-1 | It is with our network specialists. They will take it up today at 04:15 your time at the latest
Ticket: level=L2
Wait: 5 minutes
Bot: nothing

# VIP: важный пользователь
User: позовите оператора
User is VIP
User: во всём офисе нет сети, срочно
Messages: 1
Bot: INC-1 | Этим займутся наши специалисты по сетям. Начнут самое позднее сегодня в 09:15 (UTC)
Ticket: level=L2
Wait: 5 minutes
Bot: nothing

# VIP：重要用户
User: 转人工
User is VIP
User: 整个办公室的网络都断了，很紧急
Messages: 1
Bot: INC-1 | 目前由我们的网络专家负责。最晚今天 09:15（UTC）开始处理
Ticket: level=L2
Wait: 5 minutes
Bot: nothing

# Security: to its people at once
room
User: I want to talk to a human
User: I clicked on a link in a phishing mail and typed my password
Messages: 1
Bot: INC-1 | It is with our security team. They will take it up today at 11:00 (UTC) at the latest
Ticket: level=L2 queue=security restricted=True
Room got: nothing
Wait: 5 minutes
Bot: nothing

# Безопасность
User: позовите оператора
User: я открыл вложение из фишингового письма и ввёл пароль
Messages: 1
Bot: INC-1 | Этим займутся наши специалисты по безопасности. Начнут самое позднее сегодня в
Ticket: level=L2 queue=security
Wait: 5 minutes
Bot: nothing

# 安全事件
User: 转人工
User: 我点了钓鱼邮件里的链接，还输入了密码
Messages: 1
Bot: INC-1 | 目前由我们的安全团队负责。最晚今天
Ticket: level=L2 queue=security
Wait: 5 minutes
Bot: nothing

# It comes back twice: the next level has it
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Agent resolves
User: no
Bot: Thank you for saying so. INC-1 is open again. A colleague will answer
Agent resolves
User: thanks
User: it drops again
Messages: 1
Bot: sorry it is back. INC-1 is open again | It is with our network specialists. They will take it up today at 13:03 (UTC) at the latest
Ticket: status=escalated level=L2
Wait: 5 minutes
Bot: nothing

# Дважды вернулось: занимается следующая линия
User: позовите оператора
User: не работает VPN, ошибка 809
Agent resolves
User: нет
Bot: Спасибо, что сказали. INC-1 снова открыта. Специалист ответит вам здесь, самое позднее в среду, 4 марта в 09:02
Agent resolves
User: опять отваливается
Messages: 1
Bot: INC-1 снова открыта. Этим займутся наши специалисты по сетям. Начнут самое позднее
Ticket: status=escalated level=L2
Wait: 5 minutes
Bot: nothing

# 两次没解决：转给下一级
User: 转人工
User: VPN每十分钟断一次，错误809
Agent resolves
User: 还没有
Bot: 谢谢告知。INC-1 已重新打开。同事会在这里回复您，最晚3月4日（周三）09:02（UTC）。
Agent resolves
User: 又掉线了
Messages: 1
Bot: INC-1 已重新打开 | 目前由我们的网络专家负责。最晚今天
Ticket: status=escalated level=L2
Wait: 5 minutes
Bot: nothing

# Nobody takes it: up, up, and then said to those in charge; each told once, with a new time
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Wait: 25 hours
Messages: 1
Bot: on to our network specialists | They will take it up today at 13:00 (UTC) at the latest
Ticket: level=L2
Wait: 4 hours
Messages: 1
Bot: I am sorry, this takes longer than I told you. I have passed **INC-1** “my VPN | on to the next level of specialists. They will take it up today at 17:00 (UTC) at the latest
Ticket: level=L3
Wait: 4 hours
Messages: 1
Bot: nobody has taken up **INC-1** | let those in charge know | you will hear as soon as
User: where is my ticket?
Bot: It takes longer than I told you; those in charge know
Wait: 5 days
Messages: 0
Agent takes
Wait: 3 minutes
Bot: Ana from our network specialists has taken
Agent resolves
Wait: 6 days
Ticket: status=closed

# Никто не берёт
User: позовите оператора
User: не работает VPN, ошибка 809
Wait: 25 hours
Messages: 1
Bot: теперь займутся наши специалисты по сетям | Начнут самое позднее сегодня в 13:00 (UTC)
Wait: 4 hours
Messages: 1
Bot: Извините, выходит дольше, чем я обещал. Заявкой **INC-1** «не работает VPN, ошибка 809» теперь займутся специалисты следующего уровня. Начнут самое позднее сегодня в 17:00
Wait: 4 hours
Messages: 1
Bot: Извините: за **INC-1** | обещанный срок прошёл. Я сообщил об этом руководству
User: где моя заявка?
Bot: Выходит дольше, чем я обещал; руководство об этом знает
Wait: 5 days
Messages: 0

# 无人接手
User: 转人工
User: VPN每十分钟断一次，错误809
Wait: 25 hours
Messages: 1
Bot: 已转交我们的网络专家 | 最晚今天 13:00（UTC）开始处理
Wait: 4 hours
Messages: 1
Bot: 抱歉，比之前告诉您的时间要久。您的工单 **INC-1** | 已转交更高一级的专家。最晚今天 17:00（UTC）开始处理
Wait: 4 hours
Messages: 1
Bot: 没有在之前告诉您的时间内开始处理。我已通知负责人
User: 我的工单到哪了？
Bot: 已超过之前告诉您的时间，负责人已知悉
Wait: 5 days
Messages: 0

# "Yes" by mail while articles are still in the thread
channel: mail
Subject: VPN
User: my VPN drops every ten minutes, error 809
Bot: Did that solve it?
Agent resolves
User: yes
Ticket: status=closed

# «Да» письмом
channel: mail
Subject: VPN
User: VPN отваливается каждые десять минут, ошибка 809
Agent resolves
User: да
Ticket: status=closed

# 邮件里只回“是”
channel: mail
Subject: VPN
User: VPN每十分钟断一次，错误809
Agent resolves
User: 是
Ticket: status=closed

# "No" by mail, and the answer says what happens next
channel: mail
Subject: VPN
User: my VPN drops every ten minutes, error 809
Agent resolves
User: no
Bot: Thank you for saying so. INC-1 is open again. A colleague will answer you here
Ticket: status=open

# "Yes" is about what was asked last, whatever else waits for an answer, which is asked again
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Wait: 2 hours
User: the printer on the third floor does not print
Buttons: Solved it | Did not help | Let's do it together | Talk to a person
Agent resolves
User: yes
Bot: Glad it works! INC-1 is closed | Did that solve it?
Ticket: status=closed
User: no
Bot not: open again

# "It drops again" names nothing: which ticket it speaks of is asked where it may be another matter
User: позовите оператора
User: не работает VPN, ошибка 809
Agent resolves
User: да
Wait: 10 days
User: опять тормозит
Buttons: INC-1 не работает VPN, ошибка 809 | Что-то новое | Позвать человека
User: 1
Bot: INC-1 снова открыта
Ticket: status=open

# Requesters may be kept from sending it up: it stays, and those in charge are told
Set: escalation.user.to = ""
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
User: escalate this please
Bot: I have told those in charge here that you are waiting for **INC-1**. A colleague will answer you here
Ticket: level=L1
Agents got: asks for more to be done
