"""The language of a text, from one sentence to a page, and of what is no language at all."""

import pytest

from nlp.language import of_text

# The code or codes that are right; a sentence as somebody in trouble writes it; the same at length.
# Where two codes stand, the sentence is the same, or nearly, in both languages.
SAID = (
    ("en", "My laptop does not start any more.", "I cannot log in since this morning. The screen says that my password has expired, but when I change it nothing happens. Could somebody please have a look at it today?"),
    ("de", "Mein Drucker druckt nicht mehr.", "Seit heute Morgen kann ich mich nicht mehr anmelden. Auf dem Bildschirm steht, dass mein Passwort abgelaufen ist. Kann sich das bitte jemand ansehen?"),
    ("fr", "Mon ordinateur ne démarre plus.", "Depuis ce matin je ne peux plus me connecter. L'écran indique que mon mot de passe a expiré, mais quand je le change rien ne se passe. Pouvez-vous regarder ?"),
    ("es", "Mi ordenador no arranca desde ayer.", "Desde esta mañana no puedo iniciar sesión. La pantalla dice que mi contraseña ha caducado, pero cuando la cambio no pasa nada. ¿Alguien puede mirarlo?"),
    ("it", "Il mio computer non si accende più.", "Da questa mattina non riesco più ad accedere. Lo schermo dice che la password è scaduta, ma quando la cambio non succede niente. Qualcuno può controllare?"),
    ("pt", "O meu computador não liga desde ontem.", "Desde esta manhã não consigo entrar no sistema. O ecrã diz que a minha palavra-passe expirou, mas quando a mudo não acontece nada. Alguém pode ver isto?"),
    ("nl", "Mijn laptop start niet meer op.", "Sinds vanmorgen kan ik niet meer inloggen. Op het scherm staat dat mijn wachtwoord verlopen is, maar als ik het wijzig gebeurt er niets. Kan iemand ernaar kijken?"),
    ("sv", "Min dator startar inte längre.", "Sedan i morse kan jag inte logga in. På skärmen står det att mitt lösenord har gått ut, men när jag byter det händer ingenting. Kan någon titta på det?"),
    ("da", "Min computer vil ikke starte længere.", "Siden i morges har jeg ikke kunnet logge ind. På skærmen står der, at min adgangskode er udløbet, men når jeg ændrer den, sker der ingenting. Er der nogen, som kan kigge på det?"),
    ("no nb", "Datamaskinen min vil ikke starte lenger.", "Siden i dag tidlig har jeg ikke klart å logge meg på. På skjermen står det at passordet mitt har utløpt, men når jeg endrer det, skjer det ingenting. Kan noen se på det?"),
    ("fi", "Tietokoneeni ei enää käynnisty.", "En ole tästä aamusta lähtien päässyt kirjautumaan sisään. Näytöllä lukee, että salasanani on vanhentunut, mutta kun vaihdan sen, mitään ei tapahdu. Voisiko joku katsoa?"),
    ("et", "Minu arvuti ei käivitu enam.", "Alates tänasest hommikust ei saa ma sisse logida. Ekraanil on kirjas, et minu parool on aegunud, aga kui ma seda muudan, ei juhtu midagi. Kas keegi saaks vaadata?"),
    ("lv", "Mans dators vairs neieslēdzas.", "Kopš šī rīta es nevaru pieslēgties. Ekrānā rakstīts, ka manai parolei beidzies derīguma termiņš, bet, kad es to mainu, nekas nenotiek. Vai kāds varētu paskatīties?"),
    ("lt", "Mano kompiuteris nebeįsijungia.", "Nuo šio ryto negaliu prisijungti. Ekrane rašoma, kad mano slaptažodis nebegalioja, bet kai jį keičiu, nieko neįvyksta. Ar kas nors galėtų pažiūrėti?"),
    ("pl", "Mój komputer nie uruchamia się od wczoraj.", "Od dzisiejszego ranka nie mogę się zalogować. Na ekranie jest napisane, że moje hasło wygasło, ale kiedy je zmieniam, nic się nie dzieje. Czy ktoś może to sprawdzić?"),
    ("cs", "Můj počítač se už nespustí.", "Od dnešního rána se nemohu přihlásit. Na obrazovce je napsáno, že mé heslo vypršelo, ale když ho změním, nic se nestane. Může se na to někdo podívat?"),
    ("sk", "Môj počítač sa už nedá zapnúť.", "Od dnešného rána sa nemôžem prihlásiť. Na obrazovke je napísané, že moje heslo vypršalo, ale keď ho zmením, nič sa nestane. Môže sa na to niekto pozrieť?"),
    ("sl", "Moj računalnik se od včeraj ne zažene več, kaj naj naredim?", "Od danes zjutraj se ne morem prijaviti. Na zaslonu piše, da je moje geslo poteklo, a ko ga spremenim, se nič ne zgodi. Ali lahko kdo to pogleda?"),
    ("hr bs sr", "Moje računalo se više ne pokreće.", "Od jutros se ne mogu prijaviti. Na zaslonu piše da je moja lozinka istekla, ali kad je promijenim, ništa se ne događa. Može li netko to pogledati?"),
    ("hu", "A számítógépem nem indul el.", "Ma reggel óta nem tudok bejelentkezni. A képernyőn az áll, hogy a jelszavam lejárt, de amikor megváltoztatom, nem történik semmi. Meg tudná nézni valaki?"),
    ("ro", "Calculatorul meu nu mai pornește.", "De azi dimineață nu mă mai pot conecta. Pe ecran scrie că parola mea a expirat, dar când o schimb nu se întâmplă nimic. Poate cineva să verifice?"),
    ("bg", "Компютърът ми не се включва от вчера.", "От тази сутрин не мога да вляза в системата. На екрана пише, че паролата ми е изтекла, но когато я сменя, не става нищо. Може ли някой да погледне?"),
    ("ru", "Не печатает принтер.", "С сегодняшнего утра я не могу войти в систему. На экране написано, что срок действия пароля истёк, но когда я его меняю, ничего не происходит. Посмотрите, пожалуйста."),
    ("uk", "Мій комп'ютер більше не вмикається.", "Від сьогоднішнього ранку я не можу увійти в систему. На екрані написано, що термін дії пароля закінчився, але коли я його змінюю, нічого не відбувається."),
    ("be", "Мой кампутар больш не ўключаецца.", "З сённяшняй раніцы я не магу ўвайсці ў сістэму. На экране напісана, што тэрмін дзеяння пароля скончыўся, але калі я яго мяняю, нічога не адбываецца."),
    ("sr", "Мој рачунар се више не укључује.", "Од јутрос не могу да се пријавим. На екрану пише да је моја лозинка истекла, али када је променим, ништа се не дешава. Може ли неко да погледа?"),
    ("mk", "Мојот компјутер не се вклучува од вчера.", "Од утрово не можам да се најавам. На екранот пишува дека мојата лозинка е истечена, но кога ја менувам, ништо не се случува. Може ли некој да погледне?"),
    ("el", "Ο υπολογιστής μου δεν ανοίγει.", "Από σήμερα το πρωί δεν μπορώ να συνδεθώ. Η οθόνη λέει ότι ο κωδικός μου έχει λήξει, αλλά όταν τον αλλάζω δεν γίνεται τίποτα."),
    ("tr", "Bilgisayarım dünden beri açılmıyor.", "Bu sabahtan beri oturum açamıyorum. Ekranda şifremin süresinin dolduğu yazıyor, ama değiştirdiğimde hiçbir şey olmuyor. Birisi bakabilir mi?"),
    ("az", "Kompüterim dünəndən bəri işə düşmür.", "Bu səhərdən sistemə daxil ola bilmirəm. Ekranda şifrəmin vaxtının bitdiyi yazılıb, amma onu dəyişəndə heç nə olmur. Kimsə baxa bilərmi?"),
    ("ar", "الطابعة لا تعمل منذ الأمس.", "منذ هذا الصباح لا أستطيع تسجيل الدخول. تقول الشاشة إن كلمة المرور انتهت صلاحيتها، ولكن عندما أغيرها لا يحدث شيء."),
    ("he", "המדפסת לא עובדת מאתמול.", "מהבוקר אני לא מצליח להתחבר. על המסך כתוב שהסיסמה שלי פגה, אבל כשאני משנה אותה שום דבר לא קורה."),
    ("fa", "چاپگر از دیروز کار نمی‌کند.", "از امروز صبح نمی‌توانم وارد شوم. روی صفحه نوشته شده که گذرواژهٔ من منقضی شده است، ولی وقتی آن را عوض می‌کنم هیچ اتفاقی نمی‌افتد."),
    ("ur", "میرا کمپیوٹر کل سے نہیں چل رہا ہے۔", "آج صبح سے میں لاگ ان نہیں کر پا رہا ہوں۔ اسکرین پر لکھا ہے کہ میرے پاس ورڈ کی میعاد ختم ہو گئی ہے، لیکن جب میں اسے بدلتا ہوں تو کچھ نہیں ہوتا۔"),
    ("hi", "मेरा कंप्यूटर कल से चालू नहीं हो रहा है।", "आज सुबह से मैं लॉग इन नहीं कर पा रहा हूँ। स्क्रीन पर लिखा है कि मेरा पासवर्ड समाप्त हो गया है, लेकिन जब मैं उसे बदलता हूँ तो कुछ नहीं होता।"),
    ("mr", "माझा संगणक कालपासून चालू होत नाही.", "आज सकाळपासून मला लॉग इन करता येत नाही. पडद्यावर लिहिले आहे की माझा पासवर्ड संपला आहे, पण मी तो बदलला तरी काहीच होत नाही."),
    ("bn", "আমার কম্পিউটার গতকাল থেকে চালু হচ্ছে না।", "আজ সকাল থেকে আমি লগ ইন করতে পারছি না। পর্দায় লেখা আছে যে আমার পাসওয়ার্ডের মেয়াদ শেষ হয়ে গেছে।"),
    ("ta", "என் கணினி நேற்று முதல் இயங்கவில்லை.", "இன்று காலை முதல் என்னால் உள்நுழைய முடியவில்லை. என் கடவுச்சொல் காலாவதியாகிவிட்டது என்று திரையில் உள்ளது."),
    ("te", "నా కంప్యూటర్ నిన్నటి నుండి పనిచేయడం లేదు.", "ఈ ఉదయం నుండి నేను లాగిన్ కాలేకపోతున్నాను. నా పాస్‌వర్డ్ గడువు ముగిసిందని తెరపై ఉంది."),
    ("th", "คอมพิวเตอร์ของฉันเปิดไม่ติดตั้งแต่เมื่อวาน", "ตั้งแต่เช้านี้ฉันเข้าสู่ระบบไม่ได้ หน้าจอบอกว่ารหัสผ่านหมดอายุ แต่เมื่อเปลี่ยนแล้วก็ไม่มีอะไรเกิดขึ้น"),
    ("vi", "Máy tính của tôi không khởi động được.", "Từ sáng nay tôi không thể đăng nhập. Màn hình báo rằng mật khẩu của tôi đã hết hạn, nhưng khi tôi đổi mật khẩu thì không có gì xảy ra."),
    ("id ms", "Komputer saya tidak bisa menyala sejak kemarin.", "Sejak tadi pagi saya tidak bisa masuk. Di layar tertulis bahwa kata sandi saya sudah kedaluwarsa, tetapi ketika saya menggantinya tidak terjadi apa-apa."),
    ("ms id", "Komputer saya tidak boleh dihidupkan sejak semalam.", "Sejak pagi tadi saya tidak dapat log masuk. Skrin menunjukkan kata laluan saya telah tamat tempoh, tetapi apabila saya menukarnya tiada apa yang berlaku."),
    ("ko", "컴퓨터가 어제부터 켜지지 않습니다.", "오늘 아침부터 로그인할 수 없습니다. 화면에 비밀번호가 만료되었다고 나오는데 바꿔도 아무 일도 일어나지 않습니다."),
    ("ja", "パソコンが起動しません。", "今朝からログインできません。画面にはパスワードの有効期限が切れたと表示されますが、変更しても何も起こりません。"),
    ("zh", "打印机不能用了。", "从今天早上开始我就无法登录。屏幕上说我的密码已经过期，但是我改了密码以后什么也没有发生。请帮我看一下。"),
    ("zh", "印表機無法列印。", "從今天早上開始我就無法登入。螢幕上說我的密碼已經過期，但是我改了密碼以後什麼也沒有發生。"),
    ("ka", "ჩემი კომპიუტერი აღარ ირთვება.", "დღეს დილიდან ვერ შევდივარ სისტემაში. ეკრანზე წერია, რომ ჩემს პაროლს ვადა გაუვიდა."),
    ("hy", "Իմ համակարգիչը երեկվանից չի միանում։", "Այսօր առավոտից չեմ կարողանում մուտք գործել։ Էկրանին գրված է, որ իմ գաղտնաբառի ժամկետը լրացել է։"),
    ("kk", "Менің компьютерім кешеден бері қосылмайды.", "Бүгін таңертеңнен бері жүйеге кіре алмай жатырмын. Экранда құпиясөзімнің мерзімі өтті деп жазылған, бірақ оны өзгерткенде ештеңе болмайды."),
    ("mn", "Миний компьютер өчигдрөөс хойш асахгүй байна.", "Өнөө өглөөнөөс хойш би нэвтэрч чадахгүй байна. Дэлгэц дээр миний нууц үгийн хугацаа дууссан гэж бичсэн байна."),
    ("sq", "Kompjuteri im nuk ndizet që nga dje.", "Që nga ky mëngjes nuk mund të hyj në sistem. Në ekran shkruhet se fjalëkalimi im ka skaduar, por kur e ndryshoj nuk ndodh asgjë."),
    ("is", "Tölvan mín fer ekki lengur í gang.", "Síðan í morgun get ég ekki skráð mig inn. Á skjánum stendur að lykilorðið mitt sé útrunnið, en þegar ég breyti því gerist ekkert."),
    ("ca", "El meu ordinador no s'engega des d'ahir.", "Des d'aquest matí no puc iniciar la sessió. La pantalla diu que la meva contrasenya ha caducat, però quan la canvio no passa res. Algú ho pot mirar?"),
    ("eu", "Nire ordenagailua ez da pizten atzotik.", "Gaur goizetik ezin dut saioa hasi. Pantailan nire pasahitza iraungi dela jartzen du, baina aldatzen dudanean ez da ezer gertatzen."),
    ("sw", "Kompyuta yangu haiwaki tangu jana, tafadhali nisaidieni kuitengeneza.", "Tangu asubuhi ya leo siwezi kuingia kwenye mfumo. Skrini inasema kwamba nenosiri langu limeisha muda wake, lakini ninapolibadilisha hakuna kinachotokea."),
    ("tl", "Ayaw bumukas ng aking kompyuter mula kahapon.", "Mula kaninang umaga hindi na ako makapasok. Nakasulat sa screen na nag-expire na ang aking password, pero kapag pinapalitan ko ito ay walang nangyayari."),
    ("cy", "Nid yw fy nghyfrifiadur yn dechrau ers ddoe.", "Ers y bore yma ni allaf fewngofnodi. Mae'r sgrin yn dweud bod fy nghyfrinair wedi dod i ben, ond pan fyddaf yn ei newid does dim yn digwydd."),
    ("af", "My rekenaar wil sedert gister nie meer aanskakel nie, kan iemand my asseblief help?", "Sedert vanoggend kan ek nie meer aanmeld nie. Op die skerm staan dat my wagwoord verval het, maar wanneer ek dit verander, gebeur daar niks nie."),
)  # fmt: skip


@pytest.mark.parametrize(("codes", "sentence", "_"), SAID, ids=[said[1][:20] for said in SAID])
def test_a_sentence_is_enough(codes: str, sentence: str, _: str) -> None:
    assert of_text(sentence) in codes.split()


@pytest.mark.parametrize(("codes", "_", "text"), SAID, ids=[said[1][:20] for said in SAID])
def test_a_longer_text_is_known(codes: str, _: str, text: str) -> None:
    assert of_text(text) in codes.split()
    assert of_text(text.upper()) in codes.split()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("de", "Hallo, beim Start von Outlook kommt: Cannot start Microsoft Outlook. Cannot open the Outlook window. Was soll ich jetzt tun? Ich habe den Rechner schon zweimal neu gestartet."),
        ("ru", "Здравствуйте! При подключении к VPN ошибка Failed to connect, timeout. Что делать?"),
        ("zh", "你好，Outlook打不开，提示 Cannot open the Outlook window，怎么办？"),
        ("ja", "ログインすると Access denied と表示されます。"),
        ("ru", "Не работает Microsoft Teams"),
        ("zh", "VPN连不上"),
        ("fr", "Bonjour,\n\nMon imprimante HP LaserJet 4200 affiche PC LOAD LETTER et rien ne sort. Merci d'avance\n\nhttps://support.example.com/printer/error\n"),
        ("es", "¿Alguien me puede ayudar? El error es: ERROR 0x80070005: Access is denied."),
    ],
)  # fmt: skip
def test_an_error_quoted_in_english_does_not_make_it_english(code: str, text: str) -> None:
    assert of_text(text) == code


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "12345 67-89", "?!… — ***", "https://example.org/a/b?c=d", "kim@example.org", "😀👍🏽", "\0\ufffd"],
)  # fmt: skip
def test_what_has_no_words_has_no_language(text: str) -> None:
    assert of_text(text) == ""


@pytest.mark.parametrize(
    "text",
    ["def f(x):\n    return {k: v for k, v in x.items()}\n", "Mar  2 09:00:00 mx1 postfix/smtp[1]: 4F2A: to=<z@example.net>, status=sent", "Kim Lee"],
)  # fmt: skip
def test_code_logs_and_names_are_survived(text: str) -> None:
    found = of_text(text)
    assert found == "" or (len(found) == 2 and found.islower())


@pytest.mark.parametrize("text", ["ok", "Hello", "thanks!", "printer broken", "help", "yes please"])
def test_a_word_or_two_of_english_are_english(text: str) -> None:
    assert of_text(text) == "en"


@pytest.mark.parametrize(
    ("code", "text"),
    [("ru", "спасибо"), ("ru", "привет"), ("zh", "谢谢"), ("zh", "您好"), ("ja", "ありがとう"), ("ko", "감사합니다"), ("de", "Danke schön"),
     ("fr", "Merci beaucoup"), ("es", "Muchas gracias"), ("de", "Vielen Dank"), ("it", "Grazie mille"), ("uk", "Дякую"), ("el", "ευχαριστώ"), ("ar", "شكرا"), ("he", "תודה")],
)  # fmt: skip
def test_thanks_in_a_word_are_known(code: str, text: str) -> None:
    assert of_text(text) == code
