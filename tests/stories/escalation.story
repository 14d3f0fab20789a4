# An agent hands it up with a word; the user hears once of what falls together, and who has it
room
User: I want to talk to a human
User: my VPN drops every ten minutes since Monday, error 809
Agent takes
Agent orders: #escalate the concentrator needs a look
Ticket: status=escalated level=L2 queue=network
Room got: goes from L1 to L2 | Error code: 809 | First response: due | assigned (an agent)
Wait: 2 minutes
Bot: on to our network specialists | need not repeat | today at 13:02 (UTC) at the latest
Bot not: Ana has taken
User: where is my ticket?
Bot: with our specialists | It is with our network specialists
Agent takes
Ticket: status=open level=L2
Wait: 2 minutes
Bot: Ana from our network specialists has taken
Never said: concentrator

# It comes back with a result, and the user says whether it is fixed
User: I want to talk to a human
User: my VPN drops every ten minutes since Monday, error 809
Agent takes
Agent orders: #escalate
Agent takes
Agent orders: #return the certificate was renewed
Ticket: status=open level=L1
Agent resolves
Bot: solved. Is it fixed? | close it in 5 days
User: no
Bot: Thank you for saying so | INC-1 is open again
Ticket: status=open
Agent resolves
User: yes
Bot: Glad it works | closed
Ticket: status=closed

# Nobody confirms: it closes by itself
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Agent resolves
Wait: 4 days
Ticket: status=resolved
Wait: 2 days
Ticket: status=closed

# What is asked of the user is told when no agent has just asked it
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Agent: Which network are you in?
Agent pending
Wait: 3 minutes
Bot: nothing
User: the guest network
Agent takes
Wait: 30 minutes
Agent pending
Wait: 3 minutes
Bot: we need an answer from you | Which network are you in?

# Security goes to its people at once
User: I want to talk to a human
User: I clicked on a link in a phishing mail and typed my password
Bot: INC-1 | It is with our security team. They will take it up today at 11:00 (UTC) at the latest
Ticket: status=escalated level=L2 queue=security category=security
Wait: 2 minutes
Bot: nothing

# Пользователь просит передать выше
User: позовите оператора
User: не работает VPN, ошибка 809, с утра
User: эскалируйте, пожалуйста
Bot: Передал **INC-1** выше | займутся наши специалисты по сетям | Начнут самое позднее сегодня в 13:01 (UTC)
Ticket: status=escalated level=L2
User: хочу поговорить с вашим начальником
Bot: **INC-1** уже передана выше
Ticket: level=L2
User: где моя заявка?
Bot: у профильных специалистов | Этим займутся наши специалисты по сетям
Wait: 5 minutes
Bot: nothing
Agent takes
Wait: 2 minutes
Bot: занимается Ana (наши специалисты по сетям)
User: эскалируйте
Ticket: level=L3
Agent takes
User: эскалируйте
Bot: Я сообщил руководству, что вы ждёте по **INC-1**
Agent pending
Wait: 2 minutes
Bot: нам нужен ваш ответ
User: да, это гостевая сеть
Agent resolves
Bot: Всё ли работает? | через 5 дней
User: да
Bot: Рад, что всё работает! INC-1 закрыта
Ticket: status=closed

# Никто не берёт: заявка поднимается сама
User: позовите оператора
User: не работает VPN, ошибка 809
Wait: 20 hours
Bot: nothing
Wait: 5 hours
Ticket: level=L2
Bot: теперь займутся наши специалисты по сетям

# 重要用户
User: 转人工
User is VIP
User: 整个办公室的网络都断了，很紧急
Bot: INC-1 | 目前由我们的网络专家负责。最晚今天 09:15（UTC）开始处理
Ticket: level=L2
Wait: 5 minutes
Bot: nothing

# 要求升级，解决后确认
User: 转人工
User: VPN每十分钟断一次，错误809
Agent takes
Wait: 2 minutes
Bot: Ana 已接手您的工单 | 正在处理
User: 请升级处理
Bot: 升级处理。目前由我们的网络专家负责。最晚
User: 我的工单到哪了？
Bot: 专家处理中 | 目前由我们的网络专家负责
Agent takes
Wait: 5 minutes
Bot: 我们的网络专家 Ana 已接手
Agent resolves
Bot: 是这样吗？如果没有答复，将在 5 天后关闭
Buttons: 是的，已解决 | 还没有
User: 还没有解决
Ticket: status=open
Agent resolves
User: 是的
Ticket: status=closed

# A vendor is written to, and the ticket comes back with the answer
vendor
User: talk to a human
User: my VPN drops every ten minutes, error 809, password is Hunter2xx!
Agent takes
Agent orders: #escalate acme we need a patch
Ticket: status=pending-third-party level=acme
Vendor got: [INC-1] C-1234 | Our contract: C-1234 | error 809 | Please answer this e-mail
Wait: 2 minutes
Bot: we have asked the manufacturer for help
User: where is my ticket
Bot: waiting for a supplier | We have asked the manufacturer
Vendor mails: Install 4.2
Ticket: status=open level=L1
Never said: Install 4.2 | patch

# By letter one mail tells it all
channel: mail
Subject: VPN
User: my VPN drops every ten minutes, error 809. I want to talk to a human.
Agent takes
Agent orders: #escalate
Wait: 20 minutes
Bot: on to our network specialists
Agent resolves
Bot: Is it fixed? | Just answer “yes” or “no”
User: yes
Bot: INC-1 is closed | answer this letter
Ticket: status=closed

# An agent goes away, in the room and in a mail, and comes back
room
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Room presses: Take it
Card: Ana Costa
Room orders: /away 2026-03-04
Room got: Ana Costa is away until Wednesday, 4 March at 00:00 | /back ends it
Card: nobody has it
Room orders: /away yesterday
Room got: is no day or time
Room orders: /back
Room got: Welcome back, Ana Costa
Room presses: Take it
Room says: #away 23:00
Card: nobody has it

# An automatic reply of an agent's mailbox
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Agent takes
Agent mails: #priority high
Ticket: priority=high
Agent auto: I am on holiday until Monday.
Agents got: nothing
Ticket: assignee_id=None

# What is restricted is for its people alone
room
User: I want to talk to a human
User: I clicked on a link in a phishing mail and typed my password
Ticket: category=security restricted=True level=L2
Room got: nothing
Agent mails: We are on it.
Agents got: restricted
Never said: We are on it

# What was gone through step by step goes along
room
actions
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Agent takes
Agent orders: #run ping host=127.0.0.1
Run ends: ok
Agent orders: #escalate
Room got: goes from L1 to L2 | Run already: | answers

# Whether it is fixed, by button: no, yes, yes again, and no when it is too late
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Agent takes
Agent orders: #escalate
Agent takes
Agent resolves
Buttons: Yes, it is fixed | No, not yet
Stranger presses: No, not yet
Bot: the button did nothing
Ticket: status=resolved
User presses: No, not yet
Bot: Thank you for saying so | open again. It is with Ana from our network specialists
Ticket: status=open level=L2 assignee_id=1
Agent resolves
User presses: Yes, it is fixed
Bot: Glad it works! INC-1 is closed
Ticket: status=closed
User again
Bot: nothing
User presses: Yes, it is fixed
Bot: closed already
Wait: 20 days
User presses old: No, not yet
Bot: closed a while ago
Ticket: status=closed

# Всё ли работает: кнопками
User: позовите оператора
User: не работает VPN, ошибка 809
Agent resolves
Buttons: Да, всё работает | Нет, ещё не работает
User presses: Нет, ещё не работает
Bot: Спасибо, что сказали | снова открыта
Agent resolves
User presses: Да, всё работает
Bot: Рад, что всё работает!
Ticket: status=closed

# 是否已解决：按钮
User: 转人工
User: VPN每十分钟断一次，错误809
Agent resolves
Buttons: 是的，已解决 | 还没有
User presses: 还没有
Bot: 谢谢告知 | 已重新打开
Agent resolves
User presses: 是的，已解决
Bot: 太好了
Ticket: status=closed
