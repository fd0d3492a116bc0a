/* cspell:disable */
import type { MailTexts } from "./mail-texts.ts";

export const de: MailTexts = {
  labels: {
    subscription: "Abonnement",
    plan: "Plan",
    seats: "Lizenzen",
    supportCode: "Support-Code",
    open: "{plan} öffnen",
    manage: "Abonnement ansehen",
    contact: "Support kontaktieren",
    footer: "Sie erhalten diese E-Mail, weil Sie dieses Abonnement gekauft haben oder als Kontakt angegeben sind.",
  },
  visit: {
    subject: "Microsoft antwortet wieder: Kauf fortsetzen",
    body: "Als Sie Ihren Kauf geöffnet haben, hat Microsoft nicht geantwortet. Jetzt antwortet Microsoft wieder, und Ihr Kauf ist sicher. Melden Sie sich mit demselben Konto an, um fortzufahren.",
    button: "Kauf fortsetzen",
    footer: "Sie erhalten diese E-Mail, weil Sie sie auf der Seite Ihres Kaufs angefordert haben.",
  },
  mails: {
    received: {
      subject: "Ihr Kauf von {plan} ist eingegangen",
      body: "Guten Tag {name},\n\nvielen Dank für Ihren Kauf von {plan}. Wir richten alles ein. Sie erhalten eine weitere E-Mail, sobald Sie beginnen können.",
    },
    waiting: {
      subject: "Wir richten {plan} für Sie ein",
      body: "Guten Tag {name},\n\nSie haben Ihren Kauf von {plan} bestätigt. Wir richten Ihr Abonnement jetzt ein. Microsoft berechnet Ihnen nichts, bis es aktiv ist. Sie müssen nichts weiter tun und erhalten eine weitere E-Mail, wenn alles bereit ist.",
    },
    active: {
      subject: "{plan} ist aktiv",
      body: "Guten Tag {name},\n\nIhr Abonnement {subscription} ist aktiv. Sie können jetzt beginnen.",
    },
    failed: {
      subject: "{plan} konnte nicht aktiviert werden",
      body: "Guten Tag {name},\n\nIhr Kauf von {plan} konnte nicht aktiviert werden, und Microsoft berechnet Ihnen dafür nichts. Unser Team ist informiert. Wenn Sie nichts von uns hören, wenden Sie sich an uns und nennen Sie den Support-Code unten.",
    },
    payment_failed: {
      subject: "Zahlung fehlgeschlagen: {plan} ist ausgesetzt",
      body: "Guten Tag {name},\n\nMicrosoft konnte die Zahlung für Ihr Abonnement {subscription} nicht einziehen und hat es ausgesetzt. Prüfen Sie die Zahlungsmethode des Abrechnungskontos im Azure-Portal oder im Microsoft 365 Admin Center. Sobald die Zahlung erfolgt ist, haben Sie automatisch wieder Zugriff; andernfalls kündigt Microsoft das Abonnement nach 30 Tagen.",
    },
    lapsing: {
      subject: "{plan} endet bald",
      body: "Guten Tag {name},\n\nMicrosoft beendet Ihr Abonnement {subscription} am {deadline}, wenn Sie nichts unternehmen. Wenn eine Zahlung fehlgeschlagen ist, prüfen Sie die Zahlungsmethode des Abrechnungskontos im Azure-Portal oder im Microsoft 365 Admin Center. Wenn Sie den Kauf noch nicht bestätigt haben, öffnen Sie ihn unten und bestätigen Sie ihn.",
    },
    trial_ends: {
      subject: "Ihre Testphase von {plan} endet am {deadline}",
      body: "Guten Tag {name},\n\ndie kostenlose Testphase Ihres Abonnements {subscription} endet am {deadline}. Wenn die automatische Verlängerung eingeschaltet ist, wird daraus ein kostenpflichtiges Abonnement; sonst endet das Abonnement. Sie können die automatische Verlängerung im Azure-Portal oder im Microsoft 365 Admin Center prüfen. Wenn Sie vorher Fragen haben, wenden Sie sich an uns.",
    },
    term_ends: {
      subject: "Die Laufzeit von {plan} endet am {deadline}",
      body: "Guten Tag {name},\n\ndie Laufzeit Ihres Abonnements {subscription} endet am {deadline}. Wenn die automatische Verlängerung eingeschaltet ist, verlängert Microsoft das Abonnement; sonst enden das Abonnement und Ihr Zugriff. Sie können die automatische Verlängerung im Azure-Portal oder im Microsoft 365 Admin Center prüfen.",
    },
  },
};
