# An SOP gone through together, from the article to the end
User: my VPN does not connect from home
Bot: Or we go through it together
User presses: together
Bot: INC-1 | wikipedia.org
Buttons: Yes, it opens | No, it does not | What does this mean? | Stop here | Talk to a person
Tickets: 1
User presses: What does this mean
Bot: runs on top of your internet
User: yes
Bot: hotel
User: 2
Bot: What does it say?
User: back
Bot: hotel
User: no, at home or elswhere
Bot: What does it say?
User presses: Wrong name or password
Bot: Sign in to your e-mail
User presses: Yes, that works
Bot: saved an old password
User: it works now
Bot: Good to hear | INC-1 as solved
Ticket: status=resolved
Tickets: 1

# An agent starts it from the card, and gets the conversation back
room
User: I want to talk to a human
User: my laptop from 2019 behaves strangely since Monday, please have a look
Room says: #sop vpn
Bot: nothing
Wait: 1 minute
Bot: A colleague would like me to go through this | wikipedia.org
Card: SOP “VPN | 0 answered | Start SOP
User: no
Card: 1 answered
User presses: No, nothing opens
User: yes please
Bot: Every step and answer is on | It is with our specialists
Ticket: status=escalated queue=network
Card: escalated, 3 answered
Room says: #sop vpn
Room says: #sop nonsense
Room got: there is no such SOP

# By mail, over days, with more words than the answer
channel: mail
Subject: VPN trouble
User: my VPN does not connect from home
Bot: INC-1 | Or we go through it together
User: together
Bot: every step is noted | wikipedia.org
Buttons: Yes, it opens | No, it does not | What does this mean? | Stop here | Talk to a person
Wait: 1 day
User: Yes, it opens | And thank you for the quick answer!
Bot: hotel
Wait: 3 days
Bot: Take your time | hotel
User: 2
Bot: What does it say
User: Thank you!
Bot: nothing
User: 3
Bot: hotspot
User: yes
User: yes
Bot: INC-1 as solved
Ticket: status=resolved
Tickets: 1

# What is clearly an SOP's is offered at once, and may be declined
User: Jo Miller leaves the company at the end of the month, please disable the account
Bot: step by step: **Somebody leaves** | 5 minutes | Shall we?
Buttons: Let's do it together | No, thanks | Talk to a person
Tickets: 0
User: ok
Bot: REQ-1 | Who is leaving
User: Jo Miller from Sales
Bot: Are you the manager of Jo Miller from Sales
User: I am the manager
Bot: at once
User: back
Bot: Are you the manager
User: 1
User: no, in the ordinary way
Bot: On which day
User: 31 March, 18:00
Bot: mailbox
User presses: Nothing, just close it
User presses: They can be deleted
Bot: Which equipment
User: laptop and badge, by hand
Bot: own something that others need
Buttons: Skip | What does this mean? | Back | Stop here | Talk to a person
User presses: Skip
Bot: Thank you, that is all | REQ-1
Ticket: status=new type=request category=service-request
Tickets: 1

# Where minutes count it begins without asking, and security has it from the first step
User: I clicked a link in a strange mail and typed in my password
Bot: opened **INC-1** | right away | Do not click | What have you done
Ticket: queue=security category=security
User: I typed in a password
Bot: I take that as “Typed in a password or a code” | From **another** device
Ticket: priority=critical
User presses: Yes, it is changed
User presses: Yes, I change it there as well
Bot: Which phone number
User: +49 30 1234567
Bot: screenshot of it
User presses: Skip
Bot: Stay reachable | Every step and answer is on INC-1 | It is with our security team
Ticket: status=escalated queue=security priority=critical

# Another matter in between is not lost, and comes after it
User: my VPN does not connect from home
User presses: together
User: the printer on the third floor does not print
Bot: That sounds like something else: “the printer | right after this | wikipedia.org
Tickets: 1
User presses: No, it does not
User presses: Yes, they open now
User presses: The VPN works now
Bot: INC-1 as solved | Now to the other thing you wrote | printer
Ticket: status=resolved
User presses: Did not help
Bot: What does the printer itself show

# Stopped in the middle: the ticket stays, with what was said
User: my VPN does not connect from home
User presses: together
User: no, nothing opens at all
Bot: router
User: stop
Bot: we stop here | INC-1 stays open
Ticket: status=new
User: it works now
Bot: INC-1 as solved
Ticket: status=resolved

# A person at any point
User: my VPN does not connect from home
User presses: together
User: yes
User: get me a human please
Bot: told our people | INC-1
Tickets: 1

# Who is not understood twice among choices gets a person; every word is on the ticket
User: my VPN does not connect from home
User presses: together
User: hm well the thing is blue
Bot: could not tell which answer
User: well, sort of
Bot: I have called a person for INC-1
Tickets: 1

# A question about a step is answered by what it means
User: my VPN does not connect from home
User presses: together
User: why do I have to do that?
Bot: runs on top of your internet
User: I don't understand
Bot: runs on top of your internet
User: thanks
Bot: You are welcome | wikipedia.org

# A button pressed twice, and one from before
User: my VPN does not connect from home
User presses: together
User presses: Yes, it opens
User again
Bot: nothing
User presses old: Yes, it opens
Bot: already settled | hotel

# Silence: a reminder, then it rests, and goes on when answered days later
User: my VPN does not connect from home
User presses: together
Wait: 30 minutes
Bot: Take your time | wikipedia.org
Wait: 1 hour
Bot: I leave it here for now. INC-1
Wait: 2 days
User presses: Yes, it opens
Bot: hotel
Tickets: 1

# After it rests, something else is something else
User: my VPN does not connect from home
User presses: together
Wait: 3 hours
User: the printer on the third floor does not print
Bot: Now to the other thing | printer
Tickets: 1

# An agent who takes the ticket ends it, and says so once
User: my VPN does not connect from home
User presses: together
Agent takes
User presses: Yes, it opens
Bot: A colleague has taken over INC-1
User: thank you
Bot: nothing

# A file where none was asked for is kept
User: my VPN does not connect from home
User presses: together
User sends: shot.png
Bot: your file is on the ticket | wikipedia.org

# The language changes on the way, and the steps with it
User: my VPN does not connect from home
User presses: together
User: по-русски, пожалуйста
Bot: wikipedia.org | Открывается?
User: да
Bot: гостинице
User: no, at home
Bot: What does it say

# VPN по шагам
User: впн не подключается из дома
Bot: Или пройдём это вместе
User: давайте вместе
Bot: INC-1 | wikipedia.org
User: нет
Bot: роутер
User: назад
Bot: wikipedia.org
User: да, открывается
User: не понимаю
Bot: только после согласия
User: 2
User: неверное имя или пароль
Bot: Войдите в почту
User: да
User: заработало!
Bot: INC-1 как решённую
Ticket: status=resolved

# Позовите человека посреди шагов
User: впн не подключается из дома
User: давайте вместе
User: позовите человека
Bot: INC-1
Tickets: 1

# 一步一步处理 VPN
User: 我在家 VPN 连不上
User presses: 一起
Bot: INC-1 | 能打开吗
User: 能
Bot: 酒店
User: 什么意思
Bot: 放行
User: 返回
Bot: 能打开吗
User: 打不开
Bot: 路由器
User: 转人工
Bot: INC-1
Tickets: 1

# By mail: another matter has a ticket of its own, and the steps go on
channel: mail
Subject: VPN trouble
User: my VPN does not connect from home
User presses: together
User: the printer on the third floor does not print
Bot: ticket of its own: **INC-2** | wikipedia.org
Tickets: 2
User: 2
Bot: router
User: get me a human please
Bot: INC-1

# By mail: silence for days is reminded of once
channel: mail
Subject: VPN trouble
User: my VPN does not connect from home
User presses: together
Wait: 1 day
Bot: nothing
Wait: 2 days
Bot: Take your time
Wait: 3 days
Bot: I leave it here for now
Wait: 4 days
Bot: nothing
User: 1
Bot: hotel

# Подозрительное письмо: сразу к делу
User: я нажал на ссылку в странном письме
Bot: INC-1 | начнём сразу | Что вы уже успели
Ticket: queue=security category=security
User: ввёл пароль
Bot: другого** устройства
Ticket: priority=critical
User: да
User: нет
User: +7 900 000-00-00
User: пропустить
Bot: В INC-1 записаны все шаги | Этим займутся наши специалисты по безопасности
Ticket: status=escalated

# 电脑丢了：马上开始
User: 我的笔记本电脑在高铁上丢了
Bot: INC-1 | 现在就开始 | 丢的是什么
User: 1
User: 黑色联想，14 寸
User: 丢了
Bot: 当时没锁屏
Ticket: queue=security priority=high

# By mail: an answer below a greeting, and what else is said reaches the agents
channel: mail
Subject: VPN trouble
User: my VPN does not connect from home
User presses: together
Letter: Hello, | No, it does not. | I also tried my neighbour's Wi-Fi. | Pat
Bot: router
Agents got: INC-1 | my neighbour's Wi-Fi
Letter: Good morning | 2 | Regards, Pat
Bot: Without internet

# What people say in their own words
User: lost my laptop
Bot: opened **INC-1** | What is missing
User: iphone
Bot: I take that as “A phone or tablet” | icloud.com/find
User: not listed there
Bot: I take that as “No, I cannot, or it is not listed” | What is it called
User: where do I see that?
Bot: label on its underside
User: left it in a taxi
Bot: stolen, or lost
User: left it in a taxi
Bot: I take that as “Lost or left behind” | Could somebody use it
User: dunno
Bot: I take that as “I do not know” | Thank you for being frank
Ticket: priority=critical queue=security
User: back
Bot: Could somebody use it
User: it was locked
Bot: I take that as “No, it was locked or switched off”
User: done
Bot: Where and when
Tickets: 1

# "Nothing", and nothing but what was done
User: I clicked a link in a strange mail
User: no, I didn't type in anything, just clicked
Bot: I take that as “Clicked a link, typed nothing in” | Close that page
User: back
User: I did not click
Bot: I take that as “Nothing, I only looked at it” | How did it come
User: by email
Bot: I take that as “E-mail” | Report phishing
Tickets: 1

# "Did not help" is an answer
User: my laptop is so slow
User presses: together
User: everything
User: yesterday
Bot: Start > Power
User: didn't help
Bot: I take that as “Still slow” | room is left on the disk
User: no idea
Bot: I take that as “I cannot find it” | what is busy
Tickets: 1

# A question where words are asked for is answered, and asked again
User: my laptop is so slow
User presses: together
User: everything
User: today
User: no idea
Bot: Which program is at the top
User: what do I have to look for?
Bot: takes nearly everything for itself
User: chrome
Bot: quit **chrome**

# What somebody adds after a person was called is no other matter
User: lost my laptop
User: hm, well
User: erm
Bot: I have called a person for INC-1
User: yes done
Bot: Added to INC-1
User: i'm fine
Bot: nothing
Tickets: 1

# A badge is no e-mail, and has no password
User: i cant find my badge
Bot: Security has this already | What is missing
User: badge
User: the front door, no name on it
User: lost
Bot: Where and when
Tickets: 1

# Своими словами
User: потерял ноутбук
Bot: INC-1 | Что пропало
User: ноут
Bot: Понял так: «Ноутбук» | Как оно называется
User: леново чёрный
Bot: Украли или потеряли
User: забыла в такси
Bot: Понял так: «Потерял или где-то забыл» | воспользоваться
User: был выключен
Bot: Понял так: «Нет, оно было заблокировано или выключено»
User: сменила
Bot: Где и когда
Tickets: 1

# Не помогло
User: впн отваливается
User presses: вместе
User: открывается
Bot: гостинице
User: назад
User: не открывается
Bot: роутер
User: всё равно не работает
Bot: Понял так: «Нет, ничего не открывается»
Tickets: 1

# 用自己的话
User: 手机被偷了
Bot: INC-1 | 丢的是什么
User: 手机
Bot: icloud.com/find
User: 锁不了
Bot: 标签上的名字
User: 苹果
Bot: 是被偷了
User: 偷了
Bot: 我理解为“被偷，或很可能被偷” | 您安全吗
User: 我没事
User: 锁着的
Bot: 我理解为“不能，当时锁着或关机了”
User: 改不了
Bot: 最后一次见到它
Tickets: 1

# 还是不行
User: 邮箱满了
User presses: 一起
User: 发不了邮件
User: 还是不行
Bot: 我理解为“不够，或者里面没东西” | 已发送邮件
User: 够了
Bot: 给自己发一封

# What still fails is not solved, whatever works beside it
User: printer wont print
User presses: together
User: it looks fine
User: no idea
User: nothing happened
User: right one
User: done, no change
Bot: I take that as “Still nothing” | another program
User: back
User: word prints, only excel does not
Bot not: solved
Tickets: 1
Ticket: status=new

# Done, and well
User: mailbox full
User presses: together
User: i can't send
User: i emptied it, still full
Bot: I take that as “Not enough, or nothing was in there”
User: deleted big ones, ok now
Bot: I take that as “Enough room” | short mail
Tickets: 1

# 软件的名字不是换语言
User: 帮我装个软件
User presses: 一起
User: Photoshop
Bot: 公司门户
User: 没有
Bot: 浏览器里就能用
Tickets: 1

# A name is no change of language, in Russian either
User: установите мне фотошоп
User presses: вместе
User: Adobe Photoshop 2026
Bot: Корпоративный портал
User: нет такого портала
Bot: версия для браузера

# By mail, too, it begins at once where minutes count
channel: mail
Subject: Lost laptop
Letter: Hello, | I left my laptop in the train to Hamburg this morning. What shall I do? | Pat
Bot: INC-1 | begin right away | number or the words | What is missing
Bot not: others affected
Ticket: queue=security priority=high
Letter: Hi, | it's a laptop. | Pat
Bot: I take that as “A laptop” | What is it called
User: black Dell, PC-1234
User: I left it in the train.
Bot: Could somebody use it
User: It was locked.
User: I have changed it already, thanks
Bot: Where and when
Tickets: 1

# What nobody has set up is not said to be looked at
User: my VPN does not connect from home
User presses: together
User: yes
User: no, I am at home
User: error 809
User: no, same thing
Bot: a specialist goes on
Bot not: I look whether
Ticket: status=escalated queue=network

# An agent ticks steps that were done by hand, and unticks one
room
User: I want to talk to a human
User: my VPN drops every ten minutes
Room says: #tick 3
Room got: has no checklist
Room says: #sop vpn
Wait: 1 minute
User: yes
Card: Tick a step
Room says: #tick 1
Room got: has answered step 1
Room says: #tick nonsense
Room got: say which step of vpn | 2 Switch your router off
Room says: #tick 2 restart
Card: ✓ 2. Switch your router off | Ana Costa | Please restart the laptop now
Room says: #untick 2
Room presses: Tick a step
Room got: Which step have you done?
Room presses: 2. Switch your router off
Card: ✓ 2. Switch your router off
Room stranger: #tick 3
Room got: does not know you
User: get me a human please
Card: Tick a step
Room says: #tick drops
Card: Three things stop most drops
