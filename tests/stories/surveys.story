# Asked half an hour after it is solved, one question at a time, words last
User: my VPN drops every ten minutes, error 809
User presses: Talk to a person
Bot: INC-1
Agent resolves
User presses: Yes, it is fixed
Bot not: How
Wait: 1 hours
Bot: INC-1 | May I ask how it went | skip anything
Buttons: 5 – very well | 4 – well | 3 – all right | 2 – not well | 1 – badly | Not now | Don't ask me again
User presses: 4
Bot: answering quickly
Buttons: 5 – very well | 4 – well | 3 – all right | 2 – not well | 1 – badly | Skip
User presses: 5
Bot: solving the problem
User presses: Skip
Bot: keeping you informed
User: 2
Bot: in your own words
Buttons: Nothing to add
User: Anton was very friendly, thank you
Bot: Thank you, that helps
Tickets: 1
Ticket: status=closed

# Typed instead of pressed, in Russian
User: у меня не работает VPN, ошибка 809
User presses: Позвать человека
Agent resolves
User presses: Да, всё работает
Wait: 1 hours
Bot: INC-1 | Можно спросить, как всё прошло
User: отлично
Bot not: опрос
User: 5
Bot: быстро ли мы ответили
User: пропустить
Bot: Как мы решили проблему
User: 5 – отлично
Bot: в курсе
User presses: Пропустить
Bot: своими словами
User presses: Добавить нечего
Bot: Спасибо

# A new problem in the middle is a new problem
User: my VPN drops every ten minutes, error 809
User presses: Talk to a person
Agent resolves
User presses: Yes, it is fixed
Wait: 1 hours
User presses: 5
User: the printer on floor 3 does not print
Bot: printer | Did that solve it?
User presses: Solved it
User presses old: 4 – well
Bot: Changed to 4
Tickets: 1

# What may be either is asked about, and is a comment
User: my VPN drops every ten minutes, error 809
User presses: Talk to a person
Agent resolves
User presses: Yes, it is fixed
Wait: 1 hours
User presses: 3
User presses: Skip
User presses: Skip
User presses: Skip
Bot: your own words
User: The VPN error 809 was repaired only after a week
Bot: comment on INC-1 | something new
Buttons: My comment | Something new
User presses: My comment
Bot: Thank you
Tickets: 1

# Or it is something new
User: my VPN drops every ten minutes, error 809
User presses: Talk to a person
Agent resolves
User presses: Yes, it is fixed
Wait: 1 hours
User presses: 3
User presses: Skip
User presses: Skip
User presses: Skip
User: the printer on floor 3 does not print
Bot: comment on INC-1
User presses: Something new
Bot: printer | Did that solve it?
User presses: Talk to a person
Bot: INC-2
Tickets: 2

# And who says nothing is heard after some minutes
User: my VPN drops every ten minutes, error 809
User presses: Talk to a person
Agent resolves
User presses: Yes, it is fixed
Wait: 1 hours
User presses: 3
User presses: Skip
User presses: Skip
User presses: Skip
User: the printer on floor 3 does not print
Bot: comment on INC-1
Wait: 6 minutes
Bot: printer | Did that solve it?

# A stolen laptop does not wait for a question about it
User: my VPN drops every ten minutes, error 809
User presses: Talk to a person
Agent resolves
User presses: Yes, it is fixed
Wait: 1 hours
User presses: 3
User presses: Skip
User presses: Skip
User presses: Skip
User: my laptop was stolen on the train an hour ago
Bot not: comment on

# Changed while it is open, counted once
User: my VPN drops every ten minutes, error 809
User presses: Talk to a person
Agent resolves
User presses: Yes, it is fixed
Wait: 1 hours
User presses: 4
User presses old: 4 – well
Bot: already
User presses old: 2 – not well
Bot: Changed to 2
User presses: Skip
Bot: solving

# Not now, and the reminder does not come; who declined is not asked again
User: my VPN drops every ten minutes, error 809
User presses: Talk to a person
Agent resolves
User presses: Yes, it is fixed
Wait: 1 hours
User presses: Not now
Bot: not now
Wait: 4 days
Bot: nothing
Wait: 40 days
User: the scanner on floor 2 is broken, error E42
User presses: Talk to a person
Agent resolves
User presses: Yes, it is fixed
Wait: 1 hours
Bot: INC-2 | May I ask
User presses: Don't ask me again
Bot: I will not ask you again
Buttons: You may ask me again
Wait: 60 days
User: my screen stays black since today
User presses: Talk to a person
Agent resolves
User presses: Yes, it is fixed
Wait: 2 hours
Bot: nothing

# Reminded once
User: my VPN drops every ten minutes, error 809
User presses: Talk to a person
Agent resolves
User presses: Yes, it is fixed
Wait: 1 hours
Bot: May I ask
Wait: 3 days
Bot: only this once more
Wait: 10 days
Bot: nothing

# After ten months it is closed, and what is written is read
User: my VPN drops every ten minutes, error 809
User presses: Talk to a person
Agent resolves
User presses: Yes, it is fixed
Wait: 1 hours
Bot: May I ask
Wait: 300 days
User presses: 5
Bot: This survey is closed | will be read

# Not at night
User: my VPN drops every ten minutes, error 809
User presses: Talk to a person
Wait: 10 hours
Agent resolves
User presses: Yes, it is fixed
Wait: 5 hours
Bot: nothing
Wait: 9 hours
Bot: May I ask how it went

# Still broken, it says: no survey about that
User: my VPN drops every ten minutes, error 809
User presses: Talk to a person
Agent resolves
User: it is still broken
Bot: open again
Wait: 3 hours
Bot: nothing

# A mail is answered with a number and words
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
Agent resolves
Wait: 6 days
Bot: May I ask how it went | a number from 1
User: 4. Thank you, that was quick
Bot: nothing
Ticket: status=closed
Tickets: 1

# A mail that says it is still broken reopens, whatever number is in it
channel: mail
Subject: VPN trouble
User: my VPN drops every ten minutes, error 809
Agent resolves
Wait: 6 days
Bot: May I ask how it went
User: 1. It is still broken!
Ticket: status=open
