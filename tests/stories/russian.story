# VPN: статья, вопросы, заявка
User: VPN отваливается каждые десять минут, ошибка 809
Bot: 809
User presses: Не помогло
Bot: С какого времени
User: с пятницы
Bot: только у вас
User presses: Пропустить
Bot: INC-1 | Специалист ответит
Ticket: type=incident category=network
Tickets: 1

# Спасибо
User: спасибо
Bot: Пожалуйста
Tickets: 0

# Спасибо, но не работает
User: принтер не печатает
User: спасибо, но всё равно не работает
User presses: Пропустить
User presses: Пропустить
User presses: Пропустить
Bot: INC-1
Tickets: 1

# Помогло
User: принтер не печатает
User presses: Помогло
Tickets: 0

# Позовите человека
User: позовите человека
User: не включается ноутбук
Bot: INC-1
Tickets: 1

# Злость
User: Да сколько можно!!! Опять принтер не печатает, достали уже!
Bot: Жаль
User presses: Позвать человека
Bot: INC-1

# Две проблемы сразу
User: Outlook не открывается с утра, а ещё принтер на 2 этаже жует бумагу
Bot: не один вопрос
Tickets: 0

# Статус
User: позовите оператора
User: не включается ноутбук
User: какой статус моей заявки?
Bot: INC-1
Tickets: 1

# Решено специалистом, но снова сломалось
User: позовите оператора
User: не включается ноутбук
Agent resolves
Bot: дней
User: опять не работает
Bot: INC-1
Ticket: status=open
Tickets: 1

# Старая кнопка
User: принтер не печатает
User presses: Помогло
User: VPN отваливается каждые десять минут, ошибка 809
User presses old: Не помогло
Tickets: 0

# О тихих часах просят словами, и они соблюдаются
channel: hook
User: тихие часы
Bot: Отвечаю вам
Buttons: Тишина 22:00-07:00 | Оставить как есть
User presses: Тишина
Bot: Готово
Tickets: 0

# Only an English article is about it, and that is said
User: чтобы показать экран на совещании, как поделиться экраном
Bot: на английском

# Русский латинскими буквами
User: ne rabotaet printer, zazhevalo bumagu
Bot: принтер
User presses: Не помогло
User presses: Пропустить
User presses: Пропустить
User presses: Пропустить
Bot: INC-1
Ticket: type=incident category=hardware
Tickets: 1
