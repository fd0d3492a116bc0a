import type { Translation } from "../text.ts";
import type { en } from "./en.ts";

export const pl = {
  frame: {
    error: "Błąd: {title}",
    supportCode: "Kod pomocy: {code}",
    publisher: "Wydawca",
    questions: "Pytania: {email}",
    questionsTo: "Pytania do {publisher}: {email}",
    support: "Pomoc",
    terms: "Warunki",
    privacy: "Prywatność",
    nextSteps: "Co dalej zrobi {publisher}",
    nextStepsOfPublisher: "Co dalej zrobi wydawca",
    language: "Język",
    signedInAs: "Zalogowano jako {account}. {otherAccount} lub {signOut}",
    otherAccount: "Użyj innego konta",
    signOut: "wyloguj się",
    tryAgain: "Spróbuj ponownie",
    checkNow: "Sprawdź teraz",
    checkFixed: "Sprawdź, czy problem został usunięty",
    againAfter: "Ta strona automatycznie spróbuje ponownie za {time}. Można ją zostawić otwartą.",
    stopRefresh: "Wyłącz automatyczne odświeżanie",
  },
  howToOpen: {
    azure:
      "Po zakupie w Azure: otwórz {saas} w portalu Azure, wybierz subskrypcję, a następnie {configure} lub {manage}.",
    configure: "Skonfiguruj konto teraz",
    manage: "Zarządzaj kontem",
    microsoft365:
      "Po zakupie w Microsoft 365: otwórz {billing} w centrum administracyjnym, wybierz subskrypcję, a następnie {experience}.",
    billing: "Rozliczenia, Twoje produkty",
    experience: "Zarządzaj środowiskiem SaaS",
    openAzure: "Otwórz portal Azure",
  },
  signIn: {
    title: "Skonfiguruj swoją subskrypcję",
    ask: "Zaloguj się na konto Microsoft, z którego dokonano zakupu, lub na inne konto tej samej organizacji. Zobaczysz zakup, zanim cokolwiek zostanie aktywowane.",
    titleAgain: "Zaloguj się ponownie, aby kontynuować",
    expired:
      "Sesja wygasła, więc formularz nie został wysłany. Wpisane dane pozostaną w tej przeglądarce przez godzinę. Zaloguj się ponownie, aby kontynuować.",
    button: "Zaloguj się przez Microsoft",
    again: "Zaloguj się ponownie",
    otherAccount: "Zaloguj się na inne konto",
  },
  noPurchase: {
    title: "Otwórz swoją subskrypcję w Microsoft",
    body: "Ta strona służy do konfiguracji subskrypcji kupionej przez Microsoft. Aby przejść tutaj ze swojego zakupu:",
  },
  noSuchPage: {
    title: "Ta strona nie istnieje",
    body: "Adres może być niepełny lub nieaktualny. Zakup jest bezpieczny i nic nie zostało zmienione. Aby przejść do swojej subskrypcji:",
  },
  noCookies: {
    title: "Twoja przeglądarka blokuje pliki cookie",
    body: "Ta strona potrzebuje plików cookie, aby pamiętać zakup podczas logowania. Przeglądarka ich nie zachowała. Zakup jest bezpieczny i nic nie zostało zmienione.",
    howTo:
      "Zezwól na pliki cookie dla {host} w ustawieniach przeglądarki albo użyj innej przeglądarki lub okna prywatnego.",
    afterwards: "Następnie ponownie otwórz subskrypcję w Microsoft:",
  },
  otherOrganization: {
    title: "Ten zakup należy do innego konta",
    who: "Zalogowano jako {account}, ale Microsoft podaje inne konto jako kupującego. Nic nie zostało zmienione.",
    what: "Zaloguj się na konto, z którego dokonano zakupu, lub na inne konto tej samej organizacji.",
    helpWithCode:
      "Jeśli to Twój zakup, a nie masz innego konta, skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej. Wydawca może odszukać Twoją wizytę i aktywować subskrypcję za Ciebie.",
    help: "Jeśli to Twój zakup, a nie masz innego konta, skontaktuj się z wydawcą, który może aktywować subskrypcję za Ciebie.",
  },
  noSuchPurchase: {
    title: "Nie znaleziono subskrypcji",
    body: "Pod tym adresem nie ma subskrypcji dla {account}. Zaloguj się na inne konto lub otwórz subskrypcję w Microsoft:",
  },
  tooMany: {
    title: "Zbyt wiele żądań",
    visits:
      "Zakup był sprawdzany zbyt wiele razy. Zakup jest bezpieczny i nic nie zostało zmienione. Spróbuj ponownie za {time}.",
    forms:
      "Formularz wysłano zbyt wiele razy, więc ostatnie zmiany nie zostały zapisane. Wpisane dane zostały zachowane. Wróć do formularza za {time} i wyślij go ponownie.",
    wait: "Poczekaj chwilę",
    network:
      "Otrzymaliśmy zbyt wiele żądań z Twojej sieci. Zakup jest bezpieczny i nic nie zostało zmienione. Wróć i spróbuj ponownie za {time}.",
    back: "Wróć do formularza",
  },
  failures: {
    link: "Tego linku nie można już użyć",
    linkBody:
      "Nie udało się rozpoznać zakupu: link jest niepełny lub starszy niż 24 godziny. Zakup jest bezpieczny i nic nie zostało zmienione.",
    linkHow: "Jak uzyskać nowy link",
    linkStill: "Jeśli nowy link też nie działa, skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej.",
    notFound: "Microsoft nie może znaleźć tego zakupu",
    notFoundBody:
      "Być może Microsoft nadal przetwarza zakup albo zakup został anulowany. Odczekaj kilka minut i spróbuj ponownie.",
    notFoundStill:
      "Jeśli Microsoft pokazuje Twoją subskrypcję, a nadal widzisz tę stronę, skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej.",
    publisher: "Wydawca musi najpierw usunąć problem",
    publisherBody:
      "Microsoft odrzuca żądania z systemu wydawcy, więc nie możemy sprawdzić zakupu. Tylko wydawca może to naprawić. Zakup jest bezpieczny i nic nie zostało zmienione.",
    whatToDo: "Co zrobić",
    publisherFirst: "Skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej.",
    publisherThen: "Gdy wydawca usunie problem, ponownie otwórz subskrypcję w Microsoft.",
    busy: "Microsoft jest teraz przeciążony",
    busyBody:
      "Microsoft ogranicza teraz liczbę żądań. Zakup jest bezpieczny i nic nie zostało zmienione. Spróbuj ponownie za {time}.",
    microsoft: "Microsoft ma teraz problem",
    microsoftBody:
      "Microsoft zwrócił błąd podczas sprawdzania zakupu. Zakup jest bezpieczny i nic nie zostało zmienione. Spróbuj ponownie za {time}.",
    unreachable: "Nie możemy teraz połączyć się z Microsoft",
    unreachableBody:
      "Microsoft nie odpowiedział podczas sprawdzania zakupu. Zakup jest bezpieczny i nic nie zostało zmienione. Spróbuj ponownie za {time}.",
    mailMe: "Wyślij wiadomość na {email}, gdy Microsoft odpowie",
    willMail: "Gdy tylko Microsoft odpowie, wyślemy wiadomość na {email}. Możesz zamknąć tę stronę.",
    afterAnHour:
      "Jeśli po godzinie nadal widzisz tę stronę, skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej.",
    unclear: "Nie udało się odczytać odpowiedzi Microsoft",
    unclearBody:
      "Odpowiedź Microsoft miała nieoczekiwaną postać, więc nie możemy pokazać zakupu. Zakup jest bezpieczny i nic nie zostało zmienione. Skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej.",
    own: "Po naszej stronie wystąpił błąd",
    ownBody:
      "Zakup jest bezpieczny. Spróbuj ponownie za minutę. Jeśli nadal widzisz tę stronę, skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej.",
  },
  facts: {
    subscription: "Subskrypcja",
    offer: "Oferta",
    plan: "Plan",
    price: "Cena",
    laterPrice: "Cena po okresie próbnym",
    seats: "Stanowiska",
    term: "Okres rozliczeniowy",
    trial: "Bezpłatny okres próbny",
    trialYes: "Tak. Po zakończeniu okresu próbnego subskrypcja stanie się płatna, chyba że wcześniej ją anulujesz.",
    trialUntil: "Do {day}. Potem subskrypcja stanie się płatna, chyba że wcześniej ją anulujesz.",
    termEnds: "Bieżący okres kończy się",
    lastTermEnded: "Ostatni okres zakończył się",
    purchasedOn: "Data zakupu",
    purchasedBy: "Kupujący",
    purchasedByReseller: "Zakup przez odsprzedawcę",
    purchasedFor: "Kupiono dla",
    contact: "Kontakt",
    payAsYouGo: "Płatność według zużycia",
    perSeat: "{amount} za stanowisko",
    every: "{amount}, co {term}",
    day: "{amount} za dzień",
    week: "{amount} za tydzień",
    month: "{amount} za miesiąc",
    year: "{amount} za rok",
  },
  contact: {
    name: "Imię i nazwisko osoby do kontaktu",
    email: "E-mail",
    company: "Firma",
    phone: "Telefon",
    optional: "opcjonalnie",
    nameMissing: "Podaj imię i nazwisko osoby do kontaktu.",
    emailWrong: "Podaj adres e-mail, na przykład ada@example.com.",
    companyMissing: "Podaj nazwę firmy.",
    phoneWrong: "Użyj tylko cyfr, spacji i znaków takich jak + ( ) - albo pozostaw to pole puste.",
    tooLong: "W polu „{label}” wpisz co najwyżej tyle znaków: {max}.",
    correct: "Popraw te pola, a następnie wyślij formularz ponownie",
  },
  answers: {
    heading: "Kilka pytań",
    chooseOne: "Wybierz odpowiedź",
    missing: "Odpowiedz na „{label}”.",
    numberWrong: "W polu „{label}” wpisz liczbę.",
    wholeNumber: "W polu „{label}” wpisz liczbę całkowitą.",
    tooSmall: "W polu „{label}” wpisz co najmniej {min}.",
    tooLarge: "W polu „{label}” wpisz co najwyżej {max}.",
    dateWrong: "W polu „{label}” podaj datę.",
    tooEarly: "W polu „{label}” podaj {min} lub późniejszy dzień.",
    tooLate: "W polu „{label}” podaj {max} lub wcześniejszy dzień.",
    choiceWrong: "W polu „{label}” wybierz jedną z odpowiedzi.",
    consentMissing: "Aby kontynuować, wyraź zgodę: „{label}”.",
    tooShort: "W polu „{label}” wpisz co najmniej tyle znaków: {min}.",
    yes: "Tak",
    no: "Nie",
  },
  notices: {
    draft: "Formularz poniżej zawiera wcześniej wpisane dane. Nie zostały jeszcze wysłane.",
    sendAgain: "Wyślij formularz ponownie",
    otherSignIn:
      "Od otwarcia formularza zmieniło się logowanie, więc formularz nie został wysłany. Sprawdź wpisane dane i wyślij go ponownie.",
    colleague:
      "Osobą do kontaktu dla tej subskrypcji jest {name}. Zapisanie formularza ustawi Ciebie jako osobę do kontaktu.",
    colleagueKept: "Osobą do kontaktu dla tej subskrypcji pozostaje {name}.",
  },
  confirm: {
    title: "Potwierdź zakup",
    instead:
      "Przejdź do produktu, w którym subskrypcja zostanie skonfigurowana i aktywowana. Ten zakup będzie tam od razu rozpoznany.",
    thanks: "Dziękujemy za zakup. Sprawdź poniższe dane i podaj osobę, z którą mamy się kontaktować.",
    who: "Z kim mamy się kontaktować?",
    activate: "Aktywuj subskrypcję",
    confirm: "Potwierdź zakup",
    immediately: "Następnie Microsoft aktywuje subskrypcję, a ta strona poinformuje, gdy będzie aktywna.",
    staff: "Następnie wydawca sprawdzi zakup i aktywuje subskrypcję. Ta strona poinformuje, gdy będzie aktywna.",
    product: "Następnie wydawca przygotuje i aktywuje subskrypcję. Ta strona poinformuje, gdy będzie aktywna.",
    billingStarts: "Naliczanie opłat zaczyna się z chwilą aktywacji.",
    trialStarts: "Bezpłatny okres próbny zaczyna się z chwilą aktywacji.",
    billsYou: "Rachunek wystawia Microsoft, tak jak za inne zakupy w Microsoft.",
    billsReseller: "Microsoft wystawia rachunek odsprzedawcy, a odsprzedawca wystawia rachunek Tobie.",
    lapses: "Zakup, który nie zostanie aktywowany w ciągu {days} dni, wygasa i nic nie kosztuje.",
    lapsesOn: "Zakup, który nie zostanie aktywowany w ciągu {days} dni (do {day}), wygasa i nic nie kosztuje.",
  },
  awaiting: {
    title: "Zakup został potwierdzony",
    staff: "Wydawca aktywuje subskrypcję.",
    product: "Subskrypcja jest przygotowywana, a potem zostanie aktywowana.",
    nothingToDo: "Nie musisz robić nic więcej.",
    willWrite: "Napiszemy na adres {email}.",
    comeBack: "Możesz wrócić na tę stronę w każdej chwili.",
    billingStarts: "Naliczanie opłat zaczyna się z chwilą aktywacji, nie wcześniej.",
    trialStarts: "Bezpłatny okres próbny zaczyna się z chwilą aktywacji, nie wcześniej.",
    tooLong: "Jeśli aktywacja trwa zbyt długo, skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej.",
    change: "Zmień kontakt",
    changeEntries: "Zmień wpisane dane",
    save: "Zapisz kontakt",
    saveEntries: "Zapisz dane",
  },
  activating: {
    title: "Subskrypcja jest aktywowana",
    none: "Microsoft potwierdza aktywację.",
    noneBody:
      "Zwykle trwa to najwyżej kilka minut. Ta strona odświeża się automatycznie. Możesz ją zamknąć; aktywacja będzie kontynuowana.",
    microsoft: "Microsoft teraz nie odpowiada.",
    microsoftBody:
      "Będziemy próbować dalej; nie musisz nic robić. Możesz zamknąć tę stronę i wrócić później. Naliczanie opłat zaczyna się z chwilą aktywacji.",
    publisher: "Microsoft jeszcze nie przyjął aktywacji.",
    publisherBody:
      "Wydawca musi najpierw usunąć problem. Naliczanie opłat się nie zaczęło. Skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej.",
  },
  failed: {
    title: "Aktywacja nie powiodła się",
    publisher:
      "Microsoft odrzuca żądania z systemu wydawcy. Twoje dane zostały zapisane i o ile nam wiadomo, naliczanie opłat się nie zaczęło. Skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej: wydawca musi usunąć problem, a potem może aktywować subskrypcję.",
    microsoft:
      "Microsoft nie potwierdził aktywacji. Twoje dane zostały zapisane i o ile nam wiadomo, naliczanie opłat się nie zaczęło. Spróbuj ponownie. Jeśli aktywacja znów się nie powiedzie, skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej.",
  },
  active: {
    title: "Subskrypcja jest aktywna",
    billing: "Subskrypcja jest aktywna i rozpoczęło się naliczanie opłat.",
    trial: "Subskrypcja jest aktywna i rozpoczął się bezpłatny okres próbny.",
    next: "Co dalej",
    open: "Otwórz {product}",
    cannotOpen:
      "Produktu nie można teraz otworzyć z tej strony. Skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej.",
    willWrite: "Napiszemy na adres {email}, aby pomóc w rozpoczęciu pracy.",
    tellUs: "Podaj poniżej osobę do kontaktu, abyśmy mogli pomóc w rozpoczęciu pracy.",
    reseller: "Aby zmienić plan lub liczbę stanowisk albo anulować, zwróć się do odsprzedawcy.",
    manage: "Plan i liczbę stanowisk zmienisz, a subskrypcję anulujesz tutaj: {azure} lub {microsoft365}.",
    azure: "portal Azure",
    microsoft365: "centrum administracyjne Microsoft 365",
    wrong: "Jeśli coś się nie zgadza, skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej.",
  },
  usage: {
    title: "Zużycie w tym okresie",
    within: "{used} z {included} w cenie",
    beyond: "{used}, w tym {included} w cenie",
    unlimited: "{used}, bez limitu w cenie",
    hint: "Zużycie ponad ilość wliczoną w cenę jest rozliczane dodatkowo.",
  },
  onHold: {
    title: "Dostęp jest wstrzymany",
    body: "Wydawca wstrzymał Twój dostęp. Sama subskrypcja i jej rozliczanie w Microsoft trwają nadal. Skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej.",
  },
  suspended: {
    title: "Subskrypcja jest zawieszona",
    body: "Microsoft zawiesił subskrypcję, zwykle z powodu nieudanej płatności. Po dokonaniu płatności Microsoft przywróci subskrypcję, a dostęp wróci automatycznie. Bez płatności Microsoft anuluje subskrypcję po {days} dniach.",
    reseller: "Tę subskrypcję kupił dla Ciebie odsprzedawca. Poproś go o dokonanie płatności.",
    payAzure: "Zapłać w portalu Azure",
    pay365: "Po zakupie w Microsoft 365: {pay}.",
    payThere: "zapłać w centrum administracyjnym Microsoft 365",
  },
  ended: {
    title: "Ta subskrypcja się zakończyła",
    body: "Subskrypcja została anulowana i nie można jej przywrócić. Aby ponownie używać produktu, kup nową subskrypcję w marketplace.",
    reseller: "Tę subskrypcję kupił dla Ciebie odsprzedawca. Poproś go o nową subskrypcję.",
    buyAgain: "Kup ponownie w marketplace",
  },
  signInFailures: {
    title: "Nie zalogowano",
    state:
      "To logowanie nie zostało rozpoczęte w tej przeglądarce, trwało dłużej niż dziesięć minut lub zostało już użyte. Zacznij tutaj od nowa.",
    denied:
      "Microsoft informuje, że logowanie anulowano lub nie jest ono dozwolone. Aby kontynuować, zaloguj się i zaakceptuj prośbę Microsoft.",
    microsoft: "Microsoft miał problem i nie zalogował Cię. Spróbuj ponownie za kilka minut.",
    interaction:
      "Microsoft potrzebuje najpierw odpowiedzi Twojej lub administratora Twojej organizacji. Zaloguj się ponownie i zaakceptuj prośbę Microsoft.",
    app: "Microsoft nie przyjmuje logowań z tej strony i czekanie nie pomoże. Skontaktuj się z wydawcą, który musi poprawić rejestrację aplikacji.",
    other:
      "Nie można było przyjąć odpowiedzi Microsoft, na przykład dlatego, że została już użyta. Zacznij tutaj od nowa.",
    unreachable: "Logowanie Microsoft jest teraz niedostępne",
    unreachableBody:
      "Microsoft nie odpowiedział, więc nie zalogowano Cię. Nic nie zostało zmienione. Spróbuj ponownie za minutę. Jeśli problem nie ustąpi po godzinie, skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej.",
    appRefused: "Wydawca musi najpierw usunąć problem",
    appRefusedBody:
      "Microsoft nie przyjmuje żądań z systemu wydawcy, więc nie możesz się tu zalogować. Nie możesz tego naprawić i czekanie nie pomoże. Zakup jest bezpieczny i nic nie zostało zmienione.",
    appRefusedWhat:
      "Skontaktuj się z wydawcą i podaj kod pomocy widoczny poniżej. Następnie ponownie otwórz subskrypcję w Microsoft.",
    own: "Po naszej stronie wystąpił błąd",
    ownBody: "Nie zalogowano Cię i nic nie zostało zmienione. Spróbuj ponownie za minutę.",
    signedOut: "Wylogowano",
    signedOutBody:
      "Wylogowano z tej strony. Sesja Microsoft w tej przeglądarce może być nadal aktywna: na wspólnym komputerze zamknij też przeglądarkę.",
  },
  approval: {
    title: "Administrator musi zatwierdzić to logowanie",
    body: "W Twojej organizacji nowe aplikacje mogą zatwierdzać tylko administratorzy. Zakup jest bezpieczny i nic nie zostało zmienione.",
    send: "Wyślij ten link administratorowi swojej organizacji. Administrator zaloguje się tam i zatwierdzi aplikację raz dla wszystkich:",
    afterwards: "Potem zaloguj się tutaj ponownie. Aplikacja odczytuje tylko imię i nazwisko oraz adres e-mail.",
    approved: "Aplikacja została zatwierdzona",
    approvedBody: "Osoby z Twojej organizacji mogą się teraz zalogować i skonfigurować swoje zakupy.",
    noPurchaseYet: "Jeśli to Twój zakup, zaloguj się teraz. W przeciwnym razie możesz zamknąć tę stronę.",
  },
} satisfies Translation<typeof en>;
