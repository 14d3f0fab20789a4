# A card with all that is known, and an answer from its thread
room
User: I want to talk to a human
User: my VPN drops every ten minutes since Monday, error 809
Room got: INC-1 | my VPN drops | Error code: 809 | Since: since Monday
Card: new | Network problem | nobody has it | Take it | Ask | Note | Resolve
Room says: Hello, which network are you in?
Bot: nothing
Card: open | Ana Costa | Give it back
User: the guest network
Room got: writes, by web chat | the guest network
Bot: nothing

# What begins with the mark stays inside, and so does the form's note
room
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Room says: // he is in the cellar | We are looking at it.
Ticket: status=open
Room presses: Note
Room got: beginning with //
Room stranger: let me in
Room got: does not know you
Agent: I have it solved by phone
Room got: Ana Costa | solved by phone

# Menus, buttons, reactions and short orders alike
room
User: I want to talk to a human
User: Outlook crashes when I open the calendar
Room presses: Software fault
Room presses: high
Ticket: category=software priority=high
Room reacts: fire
Ticket: priority=critical
Room reacts: banana
Room reacts: eyes
Card: Ana Costa
Room says: #priority low
Ticket: priority=low
Room says: #priority highest
Room got: Nothing was done | critical
Room presses: Escalate
Ticket: status=escalated
Card: escalated
Room presses: Resolve
Bot: INC-1 | solved
Ticket: status=resolved
Card: resolved | Reopen

# One of the standard questions, a prepared reply, an article
room
User: my VPN drops every ten minutes, error 809
User presses: Talk to a person
Room says: Hello
Room presses: Ask
Room got: What shall the requester be asked
Room presses: Since when
Ticket: status=pending-user
User: since Monday
Ticket: status=open
Room got: since Monday
Room presses: Send a reply
Room presses: restart
Room presses: Send an article
Room presses: VPN
Ticket: status=open

# One matter told twice becomes one ticket
room
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
User orders: /new The printer on the third floor is jammed
User presses: Did not help
User: skip
User: skip
User: skip
Tickets: 2
Room says: #merge INC-1
Bot: INC-2 | goes on as part of INC-1
Ticket: status=closed
Card: closed
User orders: /tickets
Bot: INC-1
Bot not: INC-2

# Two matters told in one ticket become two
room
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Room says: #split The badge reader at the door is dark
Bot: badge reader | INC-1 | INC-2
Tickets: 2

# On behalf of somebody at the desk
room
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Room orders: /new for Pat: the projector in room 5 shows no picture
Bot: Ana Costa | INC-2 | projector
Room got: INC-2 | projector
Room orders: /new for Nobody: nothing
Room got: Nobody known
Room orders: /new projector
Room got: for whom

# Another queue, another place
room
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
Room says: #queue security
Card: security
Room says: #canned nonsense
Room got: restart

# What is changed afterwards is told to the agents, and answered by nobody
room
User: I want to talk to a human
User: my VPN drops every ten minutes, error 809
User edits: my VPN drops every ten minutes, error 890
Bot: nothing
Room got: now reads | error 890
User takes back
Bot: nothing
Room got: took an earlier message back
Tickets: 1

# What is promised, and what happens when it is late
room
User: the printer on my desk prints nothing since this morning, please send somebody
User: get me a human
Bot: A colleague will answer you here, tomorrow at 09:00 (UTC) at the latest.
Card: First response: due Tue 3 Mar, 09:00 | Resolution: due Mon 9 Mar, 09:00
Room got: INC-1
Agent pending
Card: First response: paused, | of working time left
User: I have restarted it, nothing changed
Card: First response: due Tue 3 Mar, 09:0
Room got: nothing changed
Wait: 2 days
Card: First response: overdue, was due Tue 3 Mar, 09:0
Room got: First response: overdue, was due
User: any update?
Bot not: at the latest
Agent: It is fixed, a cable was loose.
Agent resolves
Card: resolved
User: still broken
Bot: INC-1 is open again | It is with Ana from our hardware specialists
Card: Next response: due | Resolution: due
