import type { Translation } from "../text.ts";
import type { en } from "./en.ts";

export const de = {
  frame: {
    error: "Fehler: {title}",
    supportCode: "Support-Code: {code}",
    publisher: "Der Anbieter",
    questions: "Fragen: {email}",
    questionsTo: "Fragen an {publisher}: {email}",
    support: "Support",
    terms: "Nutzungsbedingungen",
    privacy: "Datenschutz",
    nextSteps: "Wie es bei {publisher} weitergeht",
    nextStepsOfPublisher: "Was der Anbieter als Nächstes tut",
    language: "Sprache",
    signedInAs: "Angemeldet als {account}. {otherAccount} oder {signOut}",
    otherAccount: "Anderes Konto verwenden",
    signOut: "abmelden",
    tryAgain: "Erneut versuchen",
    checkNow: "Jetzt prüfen",
    checkFixed: "Prüfen, ob das Problem behoben ist",
    againAfter: "Diese Seite versucht es in {time} automatisch erneut. Sie können sie geöffnet lassen.",
    stopRefresh: "Automatische Aktualisierung ausschalten",
  },
  howToOpen: {
    azure:
      "Wenn Sie in Azure gekauft haben: Öffnen Sie {saas} im Azure-Portal, wählen Sie das Abonnement und dann {configure} oder {manage}.",
    configure: "Konto jetzt konfigurieren",
    manage: "Konto verwalten",
    microsoft365:
      "Wenn Sie in Microsoft 365 gekauft haben: Öffnen Sie {billing} im Admin Center, wählen Sie das Abonnement und dann {experience}.",
    billing: "Abrechnung, Ihre Produkte",
    experience: "SaaS-Umgebung verwalten",
    openAzure: "Azure-Portal öffnen",
  },
  signIn: {
    title: "Richten Sie Ihr Abonnement ein",
    ask: "Melden Sie sich mit dem Microsoft-Konto an, mit dem gekauft wurde, oder mit einem anderen Konto derselben Organisation. Sie können den Kauf prüfen, bevor etwas aktiviert wird.",
    titleAgain: "Melden Sie sich erneut an, um fortzufahren",
    expired:
      "Ihre Anmeldung ist abgelaufen, deshalb wurde das Formular nicht gesendet. Ihre Eingaben bleiben eine Stunde in diesem Browser erhalten. Melden Sie sich erneut an, um fortzufahren.",
    button: "Mit Microsoft anmelden",
    again: "Erneut anmelden",
    otherAccount: "Mit einem anderen Konto anmelden",
  },
  noPurchase: {
    title: "Öffnen Sie Ihr Abonnement bei Microsoft",
    body: "Diese Seite richtet ein Abonnement ein, das Sie über Microsoft gekauft haben. So kommen Sie von Ihrem Kauf hierher:",
  },
  noSuchPage: {
    title: "Diese Seite gibt es nicht",
    body: "Die Adresse ist vielleicht unvollständig oder veraltet. Ihr Kauf ist sicher, und nichts wurde geändert. So kommen Sie zu Ihrem Abonnement:",
  },
  noCookies: {
    title: "Ihr Browser blockiert Cookies",
    body: "Diese Seite braucht Cookies, um sich Ihren Kauf zu merken, während Sie sich anmelden. Ihr Browser hat sie nicht behalten. Ihr Kauf ist sicher, und nichts wurde geändert.",
    howTo:
      "Erlauben Sie Cookies für {host} in den Einstellungen Ihres Browsers, oder verwenden Sie einen anderen Browser oder ein privates Fenster.",
    afterwards: "Öffnen Sie danach Ihr Abonnement noch einmal bei Microsoft:",
  },
  otherOrganization: {
    title: "Dieser Kauf gehört zu einem anderen Konto",
    who: "Sie sind als {account} angemeldet, aber Microsoft nennt ein anderes Konto als Käufer. Nichts wurde geändert.",
    what: "Melden Sie sich mit dem Konto an, mit dem gekauft wurde, oder mit einem anderen Konto derselben Organisation.",
    helpWithCode:
      "Wenn dies Ihr Kauf ist und Sie kein anderes Konto haben, wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten. Der Anbieter kann Ihren Besuch finden und das Abonnement für Sie aktivieren.",
    help: "Wenn dies Ihr Kauf ist und Sie kein anderes Konto haben, wenden Sie sich an den Anbieter. Er kann das Abonnement für Sie aktivieren.",
  },
  noSuchPurchase: {
    title: "Abonnement nicht gefunden",
    body: "Unter dieser Adresse gibt es kein Abonnement für {account}. Melden Sie sich mit einem anderen Konto an, oder öffnen Sie das Abonnement bei Microsoft:",
  },
  tooMany: {
    title: "Zu viele Anfragen",
    visits:
      "Ihr Kauf wurde zu oft abgefragt. Ihr Kauf ist sicher, und nichts wurde geändert. Versuchen Sie es in {time} erneut.",
    forms:
      "Das Formular wurde zu oft gesendet, deshalb wurden Ihre letzten Änderungen nicht gespeichert. Ihre Eingaben bleiben erhalten. Gehen Sie in {time} zum Formular zurück und senden Sie es erneut.",
    wait: "Bitte warten Sie einen Moment",
    network:
      "Wir haben zu viele Anfragen aus Ihrem Netzwerk erhalten. Ihr Kauf ist sicher, und nichts wurde geändert. Gehen Sie zurück und versuchen Sie es in {time} erneut.",
    back: "Zurück zum Formular",
  },
  failures: {
    link: "Dieser Link kann nicht mehr verwendet werden",
    linkBody:
      "Wir konnten Ihren Kauf nicht zuordnen: Der Link ist unvollständig oder älter als 24 Stunden. Ihr Kauf ist sicher, und nichts wurde geändert.",
    linkHow: "So bekommen Sie einen neuen Link",
    linkStill:
      "Wenn auch ein neuer Link nicht funktioniert, wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten.",
    notFound: "Microsoft findet diesen Kauf nicht",
    notFoundBody:
      "Vielleicht bearbeitet Microsoft Ihren Kauf noch, oder der Kauf wurde storniert. Warten Sie einige Minuten und versuchen Sie es dann erneut.",
    notFoundStill:
      "Wenn Microsoft Ihr Abonnement anzeigt und Sie trotzdem diese Seite sehen, wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten.",
    publisher: "Der Anbieter muss zuerst ein Problem beheben",
    publisherBody:
      "Microsoft weist Anfragen vom System des Anbieters ab, deshalb können wir Ihren Kauf nicht abfragen. Nur der Anbieter kann das beheben. Ihr Kauf ist sicher, und nichts wurde geändert.",
    whatToDo: "Was Sie tun können",
    publisherFirst: "Wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten.",
    publisherThen: "Wenn der Anbieter das Problem behoben hat, öffnen Sie Ihr Abonnement noch einmal bei Microsoft.",
    busy: "Microsoft ist gerade überlastet",
    busyBody:
      "Microsoft begrenzt gerade die Zahl der Anfragen. Ihr Kauf ist sicher, und nichts wurde geändert. Versuchen Sie es in {time} erneut.",
    microsoft: "Microsoft hat gerade eine Störung",
    microsoftBody:
      "Microsoft hat einen Fehler gemeldet, als wir Ihren Kauf abgefragt haben. Ihr Kauf ist sicher, und nichts wurde geändert. Versuchen Sie es in {time} erneut.",
    unreachable: "Wir erreichen Microsoft gerade nicht",
    unreachableBody:
      "Microsoft hat nicht geantwortet, als wir Ihren Kauf abgefragt haben. Ihr Kauf ist sicher, und nichts wurde geändert. Versuchen Sie es in {time} erneut.",
    mailMe: "E-Mail an {email} senden, sobald Microsoft antwortet",
    willMail: "Sobald Microsoft antwortet, senden wir eine E-Mail an {email}. Sie können diese Seite schließen.",
    afterAnHour:
      "Wenn Sie diese Seite nach einer Stunde noch sehen, wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten.",
    unclear: "Wir konnten die Antwort von Microsoft nicht lesen",
    unclearBody:
      "Die Antwort von Microsoft hatte eine unerwartete Form, deshalb können wir Ihren Kauf nicht anzeigen. Ihr Kauf ist sicher, und nichts wurde geändert. Wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten.",
    own: "Bei uns ist ein Fehler aufgetreten",
    ownBody:
      "Ihr Kauf ist sicher. Versuchen Sie es in einer Minute erneut. Wenn Sie diese Seite dann noch sehen, wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten.",
  },
  facts: {
    subscription: "Abonnement",
    offer: "Angebot",
    plan: "Plan",
    price: "Preis",
    laterPrice: "Preis nach der Testphase",
    seats: "Lizenzen",
    // With a soft hyphen: wider than its column on a phone.
    term: "Abrechnungs\u00ADzeitraum",
    trial: "Kostenlose Testphase",
    trialYes: "Ja. Am Ende der Testphase wird daraus ein kostenpflichtiges Abonnement, wenn Sie nicht vorher kündigen.",
    trialUntil: "Bis {day}. Danach wird daraus ein kostenpflichtiges Abonnement, wenn Sie nicht vorher kündigen.",
    termEnds: "Aktuelle Laufzeit endet am",
    lastTermEnded: "Letzte Laufzeit endete am",
    purchasedOn: "Gekauft am",
    purchasedBy: "Gekauft von",
    purchasedByReseller: "Gekauft vom Wiederverkäufer",
    purchasedFor: "Gekauft für",
    contact: "Kontakt",
    payAsYouGo: "Nach Verbrauch",
    perSeat: "{amount} pro Lizenz",
    every: "{amount}, alle {term}",
    day: "{amount} pro Tag",
    week: "{amount} pro Woche",
    month: "{amount} pro Monat",
    year: "{amount} pro Jahr",
  },
  contact: {
    name: "Name der Kontaktperson",
    email: "E-Mail",
    company: "Firma",
    phone: "Telefon",
    optional: "optional",
    nameMissing: "Geben Sie den Namen einer Kontaktperson ein.",
    emailWrong: "Geben Sie eine E-Mail-Adresse ein, zum Beispiel ada@example.com.",
    companyMissing: "Geben Sie den Namen Ihrer Firma ein.",
    phoneWrong: "Verwenden Sie nur Ziffern, Leerzeichen und Zeichen wie + ( ) -, oder lassen Sie dieses Feld leer.",
    tooLong: "Geben Sie bei „{label}“ höchstens {max} Zeichen ein.",
    correct: "Korrigieren Sie diese Eingaben und senden Sie das Formular dann erneut",
  },
  answers: {
    heading: "Einige Fragen",
    chooseOne: "Antwort auswählen",
    missing: "Beantworten Sie „{label}“.",
    numberWrong: "Geben Sie bei „{label}“ eine Zahl ein.",
    wholeNumber: "Geben Sie bei „{label}“ eine ganze Zahl ein.",
    tooSmall: "Geben Sie bei „{label}“ mindestens {min} ein.",
    tooLarge: "Geben Sie bei „{label}“ höchstens {max} ein.",
    dateWrong: "Geben Sie bei „{label}“ ein Datum ein.",
    tooEarly: "Geben Sie bei „{label}“ den {min} oder einen späteren Tag ein.",
    tooLate: "Geben Sie bei „{label}“ den {max} oder einen früheren Tag ein.",
    choiceWrong: "Wählen Sie bei „{label}“ eine der Antworten.",
    consentMissing: "Um fortzufahren, stimmen Sie „{label}“ zu.",
    tooShort: "Geben Sie bei „{label}“ mindestens {min} Zeichen ein.",
    yes: "Ja",
    no: "Nein",
  },
  notices: {
    draft: "Das Formular unten enthält Ihre früheren Eingaben. Sie wurden noch nicht gesendet.",
    sendAgain: "Senden Sie das Formular erneut",
    otherSignIn:
      "Ihre Anmeldung hat sich geändert, seit Sie das Formular geöffnet haben, deshalb wurde es nicht gesendet. Prüfen Sie Ihre Eingaben und senden Sie es erneut.",
    colleague:
      "{name} ist Kontaktperson für dieses Abonnement. Wenn Sie das Formular speichern, werden stattdessen Sie die Kontaktperson.",
    colleagueKept: "{name} bleibt Kontaktperson für dieses Abonnement.",
  },
  confirm: {
    title: "Bestätigen Sie Ihren Kauf",
    instead:
      "Weiter geht es im Produkt, wo Ihr Abonnement eingerichtet und aktiviert wird. Sie werden dort mit diesem Kauf angemeldet.",
    thanks:
      "Vielen Dank für Ihren Kauf. Prüfen Sie die Angaben unten und teilen Sie uns mit, an wen wir uns wenden sollen.",
    who: "An wen sollen wir uns wenden?",
    activate: "Abonnement aktivieren",
    confirm: "Kauf bestätigen",
    immediately: "Microsoft aktiviert dann Ihr Abonnement, und diese Seite zeigt an, sobald es aktiv ist.",
    staff: "Der Anbieter prüft dann den Kauf und aktiviert Ihr Abonnement. Diese Seite zeigt an, sobald es aktiv ist.",
    product:
      "Der Anbieter richtet dann Ihr Abonnement ein und aktiviert es. Diese Seite zeigt an, sobald es aktiv ist.",
    billingStarts: "Die Abrechnung beginnt mit der Aktivierung.",
    trialStarts: "Ihre kostenlose Testphase beginnt mit der Aktivierung.",
    billsYou: "Microsoft rechnet mit Ihnen ab, wie bei Ihren anderen Käufen bei Microsoft.",
    billsReseller: "Microsoft rechnet mit Ihrem Wiederverkäufer ab, und dieser rechnet mit Ihnen ab.",
    lapses: "Ein Kauf, der nicht innerhalb von {days} Tagen aktiviert wird, verfällt und kostet nichts.",
    lapsesOn: "Ein Kauf, der nicht innerhalb von {days} Tagen (bis {day}) aktiviert wird, verfällt und kostet nichts.",
  },
  awaiting: {
    title: "Ihr Kauf ist bestätigt",
    staff: "Der Anbieter wird Ihr Abonnement aktivieren.",
    product: "Ihr Abonnement wird eingerichtet und dann aktiviert.",
    nothingToDo: "Sie müssen nichts weiter tun.",
    willWrite: "Wir schreiben an {email}.",
    comeBack: "Sie können jederzeit auf diese Seite zurückkommen.",
    billingStarts: "Die Abrechnung beginnt mit der Aktivierung, nicht früher.",
    trialStarts: "Ihre kostenlose Testphase beginnt mit der Aktivierung, nicht früher.",
    tooLong:
      "Wenn die Aktivierung zu lange dauert, wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten.",
    change: "Kontakt ändern",
    changeEntries: "Eingaben ändern",
    save: "Kontakt speichern",
    saveEntries: "Eingaben speichern",
  },
  activating: {
    title: "Ihr Abonnement wird aktiviert",
    none: "Microsoft bestätigt die Aktivierung.",
    noneBody:
      "Das dauert meist höchstens einige Minuten. Diese Seite wird automatisch aktualisiert. Sie können sie schließen; die Aktivierung läuft weiter.",
    microsoft: "Microsoft antwortet gerade nicht.",
    microsoftBody:
      "Wir versuchen es weiter; Sie müssen nichts tun. Sie können diese Seite schließen und später wiederkommen. Die Abrechnung beginnt mit der Aktivierung.",
    publisher: "Microsoft hat die Aktivierung noch nicht angenommen.",
    publisherBody:
      "Der Anbieter muss zuerst ein Problem beheben. Die Abrechnung hat nicht begonnen. Wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten.",
  },
  failed: {
    title: "Die Aktivierung ist fehlgeschlagen",
    publisher:
      "Microsoft weist Anfragen vom System des Anbieters ab. Ihre Eingaben sind gespeichert, und soweit wir wissen, hat die Abrechnung nicht begonnen. Wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten: Er muss das Problem beheben und kann Ihr Abonnement dann aktivieren.",
    microsoft:
      "Microsoft hat die Aktivierung nicht bestätigt. Ihre Eingaben sind gespeichert, und soweit wir wissen, hat die Abrechnung nicht begonnen. Versuchen Sie es erneut. Wenn es wieder fehlschlägt, wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten.",
  },
  active: {
    title: "Ihr Abonnement ist aktiv",
    billing: "Ihr Abonnement ist aktiv, und die Abrechnung hat begonnen.",
    trial: "Ihr Abonnement ist aktiv, und Ihre kostenlose Testphase hat begonnen.",
    next: "Wie es weitergeht",
    open: "{product} öffnen",
    cannotOpen:
      "Das Produkt lässt sich von dieser Seite aus zurzeit nicht öffnen. Wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten.",
    willWrite: "Wir schreiben an {email}, um Ihnen den Einstieg zu erleichtern.",
    tellUs: "Teilen Sie uns unten mit, an wen wir uns wenden sollen, damit wir Ihnen beim Einstieg helfen können.",
    reseller:
      "Um den Plan oder die Zahl der Lizenzen zu ändern oder zu kündigen, wenden Sie sich an Ihren Wiederverkäufer.",
    manage:
      "Den Plan und die Zahl der Lizenzen ändern oder das Abonnement kündigen können Sie hier: {azure} oder {microsoft365}.",
    azure: "Azure-Portal",
    microsoft365: "Microsoft 365 Admin Center",
    wrong: "Wenn etwas nicht stimmt, wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten.",
  },
  usage: {
    title: "Nutzung in dieser Laufzeit",
    within: "{used} von {included} inklusive",
    beyond: "{used}, davon {included} inklusive",
    unlimited: "{used}, unbegrenzt inklusive",
    hint: "Was über die enthaltene Menge hinausgeht, wird zusätzlich berechnet.",
  },
  onHold: {
    title: "Ihr Zugriff ist gesperrt",
    body: "Der Anbieter hat Ihren Zugriff gesperrt. Das Abonnement selbst und seine Abrechnung bei Microsoft laufen weiter. Wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten.",
  },
  suspended: {
    title: "Ihr Abonnement ist ausgesetzt",
    body: "Microsoft hat Ihr Abonnement ausgesetzt, meist weil eine Zahlung fehlgeschlagen ist. Sobald die Zahlung eingeht, aktiviert Microsoft das Abonnement wieder, und Sie haben automatisch wieder Zugriff. Ohne Zahlung kündigt Microsoft das Abonnement nach {days} Tagen.",
    reseller: "Ein Wiederverkäufer hat dieses Abonnement für Sie gekauft. Bitten Sie ihn, die Zahlung vorzunehmen.",
    payAzure: "Im Azure-Portal bezahlen",
    pay365: "Wenn Sie in Microsoft 365 gekauft haben: {pay}.",
    payThere: "im Microsoft 365 Admin Center bezahlen",
  },
  ended: {
    title: "Dieses Abonnement ist beendet",
    body: "Das Abonnement wurde gekündigt und kann nicht wiederhergestellt werden. Um das Produkt wieder zu nutzen, kaufen Sie im Marketplace ein neues Abonnement.",
    reseller: "Ein Wiederverkäufer hat dieses Abonnement für Sie gekauft. Bitten Sie ihn um ein neues Abonnement.",
    buyAgain: "Erneut im Marketplace kaufen",
  },
  signInFailures: {
    title: "Sie sind nicht angemeldet",
    state:
      "Diese Anmeldung wurde nicht in diesem Browser begonnen, hat länger als zehn Minuten gedauert oder wurde schon verwendet. Beginnen Sie hier von vorn.",
    denied:
      "Microsoft meldet, dass die Anmeldung abgebrochen oder nicht erlaubt wurde. Um fortzufahren, melden Sie sich an und bestätigen Sie die Anfrage von Microsoft.",
    microsoft: "Microsoft hatte eine Störung und hat Sie nicht angemeldet. Versuchen Sie es in einigen Minuten erneut.",
    interaction:
      "Microsoft braucht zuerst eine Antwort von Ihnen oder vom Administrator Ihrer Organisation. Melden Sie sich erneut an und bestätigen Sie die Anfrage von Microsoft.",
    app: "Microsoft nimmt keine Anmeldungen von dieser Seite an, und Warten hilft nicht. Wenden Sie sich an den Anbieter, der die App-Registrierung korrigieren muss.",
    other:
      "Die Antwort von Microsoft konnte nicht angenommen werden, zum Beispiel weil sie schon verwendet wurde. Beginnen Sie hier von vorn.",
    unreachable: "Die Anmeldung bei Microsoft ist gerade nicht erreichbar",
    unreachableBody:
      "Microsoft hat nicht geantwortet, deshalb sind Sie nicht angemeldet. Nichts wurde geändert. Versuchen Sie es in einer Minute erneut. Wenn das Problem nach einer Stunde noch besteht, wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten.",
    appRefused: "Der Anbieter muss zuerst ein Problem beheben",
    appRefusedBody:
      "Microsoft nimmt keine Anfragen vom System des Anbieters an, deshalb können Sie sich hier nicht anmelden. Sie können das nicht beheben, und Warten hilft nicht. Ihr Kauf ist sicher, und nichts wurde geändert.",
    appRefusedWhat:
      "Wenden Sie sich an den Anbieter und nennen Sie den Support-Code unten. Öffnen Sie danach Ihr Abonnement noch einmal bei Microsoft.",
    own: "Bei uns ist ein Fehler aufgetreten",
    ownBody: "Sie sind nicht angemeldet, und nichts wurde geändert. Versuchen Sie es in einer Minute erneut.",
    signedOut: "Sie sind abgemeldet",
    signedOutBody:
      "Sie sind von dieser Seite abgemeldet. Bei Microsoft sind Sie in diesem Browser vielleicht noch angemeldet: Schließen Sie an einem gemeinsam genutzten Computer auch den Browser.",
  },
  approval: {
    title: "Ihr Administrator muss diese Anmeldung genehmigen",
    body: "In Ihrer Organisation dürfen nur Administratoren neue Apps genehmigen. Ihr Kauf ist sicher, und nichts wurde geändert.",
    send: "Senden Sie diesen Link an einen Administrator Ihrer Organisation. Er meldet sich dort an und genehmigt die App einmal für alle:",
    afterwards: "Melden Sie sich danach hier erneut an. Die App liest nur Ihren Namen und Ihre E-Mail-Adresse.",
    approved: "Die App ist genehmigt",
    approvedBody: "Die Mitglieder Ihrer Organisation können sich jetzt anmelden und ihre Käufe einrichten.",
    noPurchaseYet: "Wenn Sie selbst gekauft haben, melden Sie sich jetzt an. Sonst können Sie diese Seite schließen.",
  },
} satisfies Translation<typeof en>;
