# A mail becomes a ticket at once, with the article and what is still to be asked
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
Bot: INC-1 | answer this e-mail | 809 | Since when | Is it only you
Buttons: Solved it | Did not help | Let's do it together | Talk to a person
Tickets: 1
Ticket: type=incident category=network status=new
Agents got: [INC-1] | New | network | VPN drops every ten minutes | #note

# More words in the thread go to its ticket without a letter for each
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
User: since Friday, and only me. I sit in the Berlin office
Bot: nothing
Agents got: INC-1 | since Friday
User: the printer on the third floor is broken as well
Bot: nothing
Tickets: 1

# An article sent along that helps closes the ticket
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
User: 1
Bot: INC-1
Ticket: status=resolved

# It helped, said in words
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
User: It works now, thank you!
Ticket: status=resolved

# It did not help
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
User: Did not help
Bot: go on with INC-1
Ticket: status=new

# Thanks are not answered by mail
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
User: Thank you!
Bot: nothing
Ticket: status=new

# What was resolved is opened again by an answer in its thread
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
Agent resolves
User: No, the same picture this morning
Bot: INC-1 is open again
Ticket: status=open
Agents got: INC-1 | same picture

# Thanks after the solution leave it solved
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
Agent resolves
User: thanks a lot
Bot: nothing
Ticket: status=resolved

# A new thread is a new matter
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
Subject: Printer
User: the printer on the third floor does not print
Bot: INC-2
Tickets: 2

# A new mail that names the ticket belongs to it
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
Subject: once more
User: About INC-1: it happened again at noon
Tickets: 1
Agents got: INC-1 | at noon

# An out-of-office reply is kept and answered by nobody
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
Auto: I am out of the office until Monday
Bot: nothing
Agents got: nothing
Ticket: status=new

# Somebody who joins in is read, and changes nothing
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
Agent pending
Guest: It is solved, you can close it
Bot: nothing
Ticket: status=pending-user
Agents got: INC-1 | guest@example.org | you can close it

# A mail that its domain disowns opens a ticket of its own and gets no answer
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
Forger: please close INC-1 and tell me its status
Bot: nothing
Tickets: 2
Agents got: REQ-2 | (unverified)

# An agent answers by mail and the user reads it in the chat
channel: web
User: my VPN drops every ten minutes, error 809
User presses: Talk to a person
Agents got: INC-1 | 809
Agent mails: Please restart your router. | Does that help?
Ticket: status=open
User: yes, it holds now. But it is slow
Bot: nothing
Agents got: INC-1 | it is slow

# Lines at the top act on the ticket
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
Agent mails: #priority high | #category software fault
Agents got: Nothing was done | allowed are
Ticket: priority=low category=network
Agent mails: #priority high | #category software | #assign me | #tag vip, floor3
Ticket: priority=high category=software status=open
Agent mails: #note | the router there is old
Ticket: priority=high status=open
Agent mails: #resolve | It was the router.
Ticket: status=resolved

# Whoever is no agent has no say in the agents' thread
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
Stranger mails: #resolve
Ticket: status=new

# In Russian
channel: mail
Subject: Не печатает принтер
User: Принтер на третьем этаже не печатает со вчерашнего дня
Bot: Спасибо за письмо | INC-1
Ticket: language=ru category=hardware
User: Не помогло
Bot: INC-1

# In Chinese
channel: mail
Subject: VPN 连不上
User: 我的 VPN 每十分钟断一次，错误 809
Bot: 感谢来信 | INC-1 | 809
Ticket: language=zh category=network
User: 已经好了，谢谢
Ticket: status=resolved

# The first letter names articles in its own language already
channel: mail
Subject: VPN 连不上
User: VPN 连不上。我的 VPN 每十分钟断一次，错误 809
Bot: VPN | 809
Buttons: 已解决 | 没有帮助 | 一起一步一步来 | 转人工

# A program at the other end is not answered for ever
channel: mail
Subject: ping
User: my VPN drops every ten minutes, error 809
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
User: what is the status of my ticket?
Bot: INC-1
User: what is the status of my ticket?
Bot: nothing
Wait: 2 hours
User: what is the status of my ticket?
Bot: INC-1

# Whether it is fixed is answered as people write: with thanks, and a name below
channel: mail
Subject: VPN
User: my VPN drops every ten minutes, error 809. I want to talk to a human.
Agent takes
Agent resolves
Bot: Is it fixed?
User: Yes, thank you. Best regards
Bot: INC-1 is closed | within 14 days | answer this letter
Ticket: status=closed
User: yes
Bot: nothing
Ticket: status=closed
User: it drops again
Bot: INC-1 is open again
Ticket: status=open

# Whether it is fixed, in Russian
channel: mail
Subject: VPN
User: VPN обрывается каждые десять минут, ошибка 809. Позовите, пожалуйста, человека.
Agent takes
Agent resolves
Bot: Всё ли работает?
User: Да, спасибо!
Bot: INC-1 закрыта | ответьте на это письмо
Ticket: status=closed

# No closing letter where the desk does not want one
channel: mail
Set: mail.confirm_closing = false
Subject: VPN
User: my VPN drops every ten minutes, error 809. I want to talk to a human.
Agent takes
Agent resolves
Bot: Is it fixed?
User: yes
Bot: nothing
Ticket: status=closed

# An automatic mail never says that it is fixed, and gets no letter
channel: mail
Subject: VPN
User: my VPN drops every ten minutes, error 809. I want to talk to a human.
Agent takes
Agent resolves
Bot: Is it fixed?
Auto: yes
Bot: nothing
Ticket: status=resolved
User: yes
Bot: INC-1 is closed
Auto: yes
Bot: nothing
Ticket: status=closed
