# An article that does not help becomes a ticket
User: my VPN drops every ten minutes, error 809
Bot: 809 | Did that solve it?
Buttons: Solved it | Did not help | Let's do it together | Talk to a person
User presses: Did not help
Bot: Since when
User: since Friday
Bot: Is it only you
User presses: Only me
Bot: INC-1 | passed on | will answer you here
Tickets: 1
Ticket: type=incident category=network status=new

# An article that helps needs no ticket
User: the printer does not print
Bot: printer
User presses: Solved it
Bot: Great that it is solved
Tickets: 0

# Thanks for an article is not yet solved
User: the printer does not print
User: thanks
Bot: You are welcome
Tickets: 0
User: it works now
Bot: Great that it is solved
Tickets: 0

# Thanks, still broken
User: the printer does not print
User: thanks, still broken
Bot not: You are welcome
Bot: What does the printer itself show
User presses: Skip
User presses: Skip
User presses: Skip
Bot: INC-1
Tickets: 1

# Only thanks
User: thanks!
Bot: You are welcome
Tickets: 0

# Only hello
User: hello
Bot: Hello!
User: hi again
Bot: Hello again
Tickets: 0

# Are you a robot
User: are you a robot?
Bot: I am a program
Tickets: 0

# A person demanded at once
User: I want to talk to a human
Bot: I will get you a person
User: my screen stays black
Bot: INC-1 | called a person
Tickets: 1

# A person demanded at an article
User: the printer does not print
User presses: Talk to a person
Bot: INC-1 | person
Tickets: 1

# A person demanded in words at an article
User: the printer does not print
User: get me a human please
Bot: INC-1 | person

# A person demanded at a question
User: my VPN drops every ten minutes, error 809
User presses: Did not help
User presses: Talk to a person
Bot: INC-1 | person
Tickets: 1

# A person demanded with an open ticket
User: I want to talk to a human
User: the coffee corner screen is black
Bot: INC-1
User: let me talk to a person
Bot: I have told our people
Tickets: 1

# A person demanded when asked which ticket
User: I want to talk to a human
User: Outlook crashes when I open the calendar
Bot: INC-1
User: the printer does not print
User: get me a human
Bot: INC-2
User: any update?
Bot: INC-1 | INC-2
Wait: 3 hours
User: I have a screenshot of it now
Bot: Which of these
User presses: Talk to a person
Bot: -3** | person
Tickets: 3

# Anger gets one sober sentence and few questions
User: THIS IS RIDICULOUS!!! the printer does not print AGAIN, I am sick of this crap
Bot: sorry
User presses: Did not help
Bot not: sorry
User presses: Skip
Bot: INC-1
Tickets: 1

# Two problems in one message
User: Outlook crashes every time I open it and also the printer on floor 2 jams
Bot: more than one thing
User presses: Solved it
Bot: Now to the other thing | jam
User presses: Did not help
User presses: Skip
User presses: Skip
Bot: INC-1
Tickets: 1

# A person gets all the problems of a message at once
User: Outlook crashes every time I open it and also the printer on floor 2 jams
User presses: Talk to a person
Bot: INC-1
Tickets: 1

# An old button does nothing
User: the printer does not print
User presses: Solved it
User: my VPN drops every ten minutes, error 809
User presses old: Did not help
Bot: already settled
Tickets: 0

# An old button after the ticket
User: my VPN drops every ten minutes, error 809
User presses: Did not help
User presses: Talk to a person
Bot: INC-1
User presses old: Did not help
Bot: already settled | INC-1
Tickets: 1

# A request is asked what requests are asked
User: I need a second monitor for my desk please
User presses: Did not help
Bot not: error message
Bot: Has your manager approved it?
User presses: Yes, approved
Bot: What do you need it for?
User: for the quarterly reports
User presses: In the next days
Bot not: Since when
Bot: REQ-1
Ticket: type=request

# What was said is not asked again
User: my VPN drops every ten minutes since Friday, error 809, only me, I restarted the router
User presses: Did not help
Bot: INC-1
Tickets: 1

# Status when there is nothing
User: what is the status of my ticket?
Bot: You have no open ticket
Tickets: 0

# Status of an open ticket
User: I want to talk to a human
User: the printer does not print
User: status
Bot: INC-1 | received
Tickets: 1

# More words go to the open ticket, said once
User: I want to talk to a human
User: Outlook crashes when I open the calendar
User: it also crashes in safe mode
Bot: Added to INC-1
User: and after a restart of Outlook
Bot: nothing
Tickets: 1

# Another problem is not stuffed into the open ticket
User: I want to talk to a human
User: Outlook crashes when I open the calendar
User: the printer does not print
Bot: printer
Tickets: 1

# The agent answers and the bot is silent
User: I want to talk to a human
User: Outlook crashes when I open the calendar
Agent: Hello Pat, which version is it?
Ticket: status=open/pending_user/pending-user
User: version 2408
Bot: nothing
User: thanks
Bot: nothing
Tickets: 1

# With an agent a person may still be demanded and the status asked
User: I want to talk to a human
User: Outlook crashes when I open the calendar
Agent takes
User: what is the status of my ticket?
Bot: INC-1
User: I want to talk to a human
Bot: I have told our people
Tickets: 1

# Reopened by still broken
User: I want to talk to a human
User: Outlook crashes when I open the calendar
Agent: Please try again now
Agent resolves
Bot: solved | close it in 5 days
User: still broken
Bot: open again
Ticket: status=open
Tickets: 1

# Thanks after the solution does not reopen
User: I want to talk to a human
User: Outlook crashes when I open the calendar
Agent: Please try again now
Agent resolves
User: thanks, works now
Ticket: status=resolved/closed
Tickets: 1

# Closed after days of silence, and reopened within the window
User: I want to talk to a human
User: Outlook crashes when I open the calendar
Agent resolves
Wait: 6 days
Ticket: status=closed
User: INC-1 is not solved, it crashes again
Bot: open again
Ticket: status=open
Tickets: 1

# After the window it is a new ticket that names the old
User: I want to talk to a human
User: Outlook crashes when I open the calendar
Agent resolves
Wait: 40 days
User: INC-1 is not solved, still broken
Bot: closed a while ago
User presses: Talk to a person
Bot: INC-2
Tickets: 2

# A reminder, then closed
User: I want to talk to a human
User: Outlook crashes when I open the calendar
Agent: Which version is it?
Agent pending
Wait: 4 days
Ticket: status=pending_user/pending-user
Wait: 3 days
Ticket: status=closed

# Waiting for the user ends with the answer
User: I want to talk to a human
User: Outlook crashes when I open the calendar
Agent pending
User: it is version 2408
Bot: Thank you, I have passed it on
Ticket: status=open
Tickets: 1

# Never mind
User: my VPN drops every ten minutes, error 809
User: never mind
Bot: stopped
Tickets: 0

# It works again while questions are asked
User: my VPN drops every ten minutes, error 809
User presses: Did not help
User: it works now
Bot: Glad it works again
Tickets: 0

# Cancel the ticket
User: I want to talk to a human
User: Outlook crashes when I open the calendar
User: please cancel INC-1
Bot: withdrawn INC-1
Tickets: 1

# Language switched in the middle
User: my VPN drops every ten minutes, error 809
User: на русском, пожалуйста
Bot: русски | Помогло
User presses: Не помогло
Bot: времени
User: по-прежнему с пятницы
User presses: Пропустить
Bot: INC-1 | Специалист
Tickets: 1

# Simply written in another language
User: hello
Bot: Hello!
User: не работает принтер
Bot: Принтер
Tickets: 0

# Help says nothing yet
User: help
Bot: Tell me in a sentence
User: it does not work
Bot: What exactly
Tickets: 0

# Only question marks
User: ???
Bot: Tell me in a sentence
Tickets: 0

# A file without words
User sends: screenshot.png
Bot: I got your file
User: the error when I open SAP
Tickets: 0

# A screenshot is an answer
User: SAP shows an error when I save an order
Bot: Is it only you
User presses: Only me
Bot: error message or code
User sends: error.png
Bot: one particular file or record
User presses: Skip
Bot: INC-1
Tickets: 1

# The same message twice
User: the printer does not print
Bot: printer
User again
Bot: nothing
Tickets: 0

# Out of office changes nothing
User: I want to talk to a human
User: Outlook crashes when I open the calendar
Agent pending
Auto: I am on holiday until Monday
Bot: nothing
Ticket: status=pending_user/pending-user
Tickets: 1

# Silence is answered by a ticket, not by forgetting
User: my VPN drops every ten minutes, error 809
User presses: Did not help
Wait: 2 hours
Bot: INC-1 | nothing is lost
Tickets: 1

# An article nobody answered to rests
User: the printer does not print
Wait: 1 day
Tickets: 0
User: did not help
User presses: Talk to a person
Bot: INC-1
Tickets: 1

# Phishing is urgent
User: I clicked a link in a strange email and entered my password
User presses: Talk to a person
Bot: INC-1
Ticket: category=security priority=high/critical/medium

# Small talk in the middle of a question
User: my VPN drops every ten minutes, error 809
User presses: Did not help
User: are you a robot?
Bot: I am a program | Since when
User: since Monday
Tickets: 0

# Through the outbox of a pushed channel
channel: hook
User: the printer does not print
Outbox: 1
User presses: Solved it
Outbox: 2

# A ticket number alone asks how it stands
User: I want to talk to a human
User: Outlook crashes when I open the calendar
User: INC-1?
Bot: INC-1 | received
Tickets: 1

# Text typed instead of pressing
User: the printer does not print
User: no
Bot: What does the printer itself show
User: skip
Bot: Is it only you
User: skip
Bot: Can others print
User: skip
Tickets: 1

# A command begins something new in the middle of something else
User: the printer does not print
User presses: Did not help
User orders: /new Outlook crashes when I open the calendar
Bot: Outlook
User presses: Did not help
User: skip
User: skip
User: skip
Tickets: 2

# A command without words asks for them
User orders: /new
Bot: Tell me what happened
User: my VPN drops every ten minutes, error 809
Bot: VPN
Buttons: Solved it | Did not help | Let's do it together | Talk to a person

# Looking something up opens nothing
User orders: /search vpn
Bot: VPN
Bot not: Did that
Wait: 2 hours
Bot: nothing
Tickets: 0
User orders: /search xyzzyplugh
Bot: found nothing | /new
User orders: /search
Bot: after the command

# Commands about tickets, and one that nobody knows
User orders: /tickets
Bot: no open
User: I want to talk to a human
User: Outlook crashes when I open the calendar
User orders: /tickets
Bot: INC-1
User orders: /status INC-1
Bot: INC-1
User orders: /start
Bot: Hello | /search
User orders: /bogus
Bot: /new

# After the solution a number is asked for, beside whatever else is talked about
User: I want to talk to a human
User: Outlook crashes when I open the calendar
Agent resolves
User presses: Yes, it is fixed
Wait: 1 hours
Bot: INC-1 | May I ask how it went
Buttons: 5 – very well | 4 – well | 3 – all right | 2 – not well | 1 – badly | Not now | Don't ask me again
User: my VPN drops every ten minutes, error 809
Buttons: Solved it | Did not help | Let's do it together | Talk to a person
User presses old: 2 –
Bot: noted 2
User presses: Solved it
Bot: Great
Tickets: 1
Ticket: status=closed

# Quiet hours are asked for in words, and kept
channel: hook
User: quiet hours
Bot: where you last wrote | none
Buttons: Quiet 22:00-07:00 | Leave it as it is
User presses: Quiet 22
Bot: keep to that
Tickets: 0

# A language that the desk does not speak
User: Mein Drucker druckt nicht mehr, können Sie mir bitte helfen?
Bot: not sure of this language
Bot: INC-1
Ticket: category=other
Tickets: 1
