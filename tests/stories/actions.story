# A procedure looks at something, and the conversation hears nothing that it was not to hear
actions
User: my VPN drops every ten minutes, error 809
Begins: ping host=127.0.0.1
Run: state=queued
Run ends: ok
Bot: nothing
Run: state=ended result=ok

# A code proves who they are, and what came of it is told
actions
User: I forgot my password and cannot sign in
User is known: pat@corp.example
Begins: reset-password
Bot: Password reset | to be sure that it is you | sent you a code (e-mail)
Letter: Your code for “Password reset” | Web chat | give the code to nobody
Run: state=waiting-proof
Code
Bot: that is the code | Password reset | begun
Run: state=queued
Run ends: ok | A new one is on its way to your manager.
Bot: Password reset: A new one is on its way to your manager.

# Код подтверждает, кто это
actions
User: Забыл пароль, не могу войти в систему
User is known: pat@corp.example
Begins: reset-password
Bot: Сброс пароля | убедиться | отправил вам код
Letter: Ваш код для «Сброс пароля» | никому не сообщайте
Code
Bot: код верный | Начато
Run ends: failed
Bot: Сброс пароля: не получилось

# 验证码证明身份
actions
User: 我忘记密码了，登录不了
User is known: pat@corp.example
Begins: reset-password
Bot: 重置密码 | 确认是您本人
Letter: 验证码 | 请勿将验证码告诉任何人
Code
Bot: 验证码正确 | 已开始
Run ends: timed-out
Bot: 重置密码：超时

# Five wrong codes are enough
actions
User: I forgot my password and cannot sign in
User is known: pat@corp.example
Begins: reset-password
Code wrong
Bot: not the code | 4 more times
Code wrong
Code wrong
Code wrong
Bot: once more
Code wrong
Bot: Password reset: not done. The code was wrong too often.
Run: state=ended result=refused
Code
Run: state=ended result=refused

# A code has its time
actions
User: I forgot my password and cannot sign in
User is known: pat@corp.example
Begins: reset-password
Wait: 1 hours
Bot: not done. The code was not given in time.
Run: state=ended result=refused

# Whoever has no second address is not asked for what they cannot give
actions
User: I forgot my password and cannot sign in
Begins: reset-password
Refused: do not know an account of yours for sure

# Somebody else types the code in
actions
User: I forgot my password and cannot sign in
User is known: pat@corp.example
Begins: reset-password
Code of: eve
Bot: not done. The code was given by somebody else.
Run: state=ended result=refused

# Only their own account
actions
User: I forgot my password and cannot sign in
User is known: pat@corp.example
Begins: reset-password login=boss@corp.example
Refused: “boss@corp.example” is not known to be your own account

# A manager approves by letter
actions
User: we need an account for our new colleague
User is known: pat@corp.example
Manager: max@corp.example
Begins: create-account name=Nina login=nina
Bot: New account | needs an approval first
Letter: Pat asks for **New account** | login: nina | approve 1
Run: state=waiting-approval
Manager writes: approve 1
Run: state=queued
Run ends: ok
Bot: New account: done.

# A manager declines, in Russian
actions
User: нужна учётная запись для новой сотрудницы
User is known: pat@corp.example
Manager: max@corp.example
Begins: create-account name=Nina login=nina
Bot: нужно согласование
Letter: Нужно ваше согласование | одобрить 1
Manager writes: отклонить 1
Bot: Создание учётной записи: не выполнено. Не одобрено.
Run: state=ended result=refused

# 没有人批准
actions
User: 请为新同事开一个账号
User is known: pat@corp.example
Manager: max@corp.example
Begins: create-account name=Nina login=nina
Bot: 需要先获得批准
Letter: 需要您批准
Wait: 5 hours
Letter: 提醒 | 等待您批准
Wait: 20 hours
Bot: 未在时限内获得批准
Run: state=ended result=refused

# An agent has something looked at, from the room
room
actions
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Bot: INC-1
Room says: #run ping host=127.0.0.1
Card: ping host=127.0.0.1: to be done
Run ends: ok
Room got: answers
Bot: nothing
Room says: #run reboot
Room got: There is no action reboot
Room says: #run ping host=10.0.0.1
Room got: can add it to targets | 10.0.0.1:ping
Room says: #run ping host=127.0.0.1;reboot
Room got: is no host
Room says: #run ping 127.0.0.1
Room got: give each as name=value
Room says: #run
Room got: There are ping, dns, port

# An agent asks for what another must approve, and nobody approves their own
room
actions
User: I want to talk to a human
User: please let me use the VPN
Bot: REQ-1
Room says: #run allow-vpn login="CORP\pat"
Card: allow-vpn login=CORP\\pat: waits for approval (1)
Bot: allow-vpn | needs an approval first
Room got: Ana Costa asks for | #approve 1
Agents got: REQ-1 | #approve 1
Room presses: Approve
Room got: Nobody approves what they asked for
Run: state=waiting-approval
Wait: 25 hours
Bot: Nobody approved it in time
Run: state=ended result=refused

# What a procedure asks for any agent may approve, by mail too; and take back
room
actions
User: I want to talk to a human
User: please let me use the VPN
Bot: REQ-1
Begins for the ticket: allow-vpn login=pat
Agent mails: #approve 1 he asked in person
Run: state=queued
Bot: begun
Run ends: ok
Bot: allow-vpn: done.
Agent mails: #undo 1
Run: name=forbid-vpn state=queued undo_of=1
Run ends: ok
Agents got: forbid-vpn: done.
Agent mails: #undo 1
Agents got: is being taken back, or was
Agent mails: #approve 1
Agents got: does not wait for approval
Agent mails: #decline 99
Agents got: There is no run 99

# An agent declines
room
actions
User: I want to talk to a human
User: please let me use the VPN
Begins for the ticket: allow-vpn login=pat
Room presses: Decline
Bot: allow-vpn: not done. It was not approved.
Run: state=ended result=refused

# An employee has something done by themselves
actions
User: I forgot my password and cannot sign in
User: /run
Bot: I can do for you at once
Buttons: Password reset | Account unlock
User presses: Account unlock
Bot: I do not know for sure who you are
User is known: pat@corp.example
User: /run unlock
Bot: sent you a code
User: call me at 5551 2345 or 5551 2346
Run: state=waiting-proof tries=0
Code in words: the code is
Bot: that is the code
Run: state=queued who=requester
Run ends: ok
Bot: Account unlock: done.
User: /run create-account
Bot: I can do for you at once

# Сотрудник сам
actions
User: Забыл пароль, не могу войти в систему
User: /run
Bot: могу сделать для вас сразу
Buttons: Сброс пароля | Разблокировка учётной записи

# 员工自助
actions
User: 我忘记密码了，登录不了
User: /run
Bot: 我可以马上为您办理
Buttons: 重置密码 | 账号解锁

# Nothing is offered where nothing is set up
User: I forgot my password and cannot sign in
User: /run
Bot: nothing I may do by myself
