# The network: what happens on joining; an article that did not help is not shown again
User: the wifi does not connect
User presses: Did not help
Bot: only you
User presses: Only me
Bot: What happens when you try to join
Buttons: It asks for the password again | The network is not listed | It connects, then drops | Connected, but no internet | Skip | Talk to a person
User: it wants my password, and then says wrong password
Bot: Since when
User presses: Skip
Bot: INC-1
Decided: The saved Wi-Fi password or certificate is out of date | What happens on connecting: It asks for the password again
Decided: classifier: | wifi | impact low
Never said: out of date | certificate

# It works, said of what was asked about, is no solution
User: the wifi does not connect
User presses: Did not help
User presses: Only me
User presses: The network is not listed
Bot: another place
User: yes, it works now at home
Bot not: Glad
Bot: INC-1
Tickets: 1

# The printer: what it shows settles most, and it is written down
User: the printer does not print
User presses: Did not help
Bot: What does the printer itself show
User presses: A message about paper
Bot: only you
User: the whole floor
Bot: INC-1
Decided: Paper jam | A message about paper
Decided: impact high (“the whole floor”)
Never said: worn rollers

# What was said is not asked: a jam needs no question about paper
User: the printer on floor 2 jams, nobody can print
User presses: Did not help
Bot not: What does the printer itself show | Can others print
Decided: Paper jam

# The password: what the sign-in says
User: I cannot log in, my password does not work
User presses: Did not help
Bot: What does the sign-in say
User: it says the account is locked
Bot: INC-1
Decided: account is locked after failed tries | What the sign-in says: Account is locked
Never said: failed tries

# The slow computer: free space is worth more than since when, and one answer in words settles two questions
User: my computer is very slow
Bot: step by step: **Computer is slow**
User presses: No, thanks
User presses: Did not help
Bot: What is slow?
User presses: Starting and signing in
Bot: drive C
User: less than 10 GB, the disk is full
Bot: Since when
User: skip
Bot: INC-1
Decided: The disk is full or failing | Free space on drive C: Under 10 GB

# What is ordered is asked what its buyer needs
User: I need access to the finance folder
User presses: Did not help
Bot: Which rights are needed?
User: read only
Bot: Has the owner of the data agreed?
User: yes
Bot: What do you need it for?
User presses: Skip
Bot: REQ-1
Decided: Access to a known place

# Принтер: то же по-русски
User: принтер не печатает
User presses: Не помогло
Bot: Что показывает или делает сам принтер?
User: пишет, что замятие
Bot: только у вас
User presses: У всех
Bot: INC-1
Decided: Paper jam | What the printer shows: A message about paper
Never said: rollers

# Тормозит: место на диске
User: компьютер очень тормозит
User presses: Не помогло
Bot: Что именно тормозит?
User presses: Включение и вход
Bot: на диске C
User: не хватает места
User presses: Пропустить
Bot: INC-1
Decided: The disk is full or failing

# 无线网：中文也一样
User: wifi连不上
User presses: 没有帮助
User presses: 只有我
Bot: 您连接这个网络时出现什么情况
User: 密码错误
User presses: 跳过
Bot: INC-1
Decided: The saved Wi-Fi password or certificate is out of date

# 打印机：卡纸
User: 打印机打印不了
User presses: 没有帮助
Bot: 打印机本身显示什么
User: 卡纸了
User presses: 跳过
Bot: INC-1
Decided: Paper jam
