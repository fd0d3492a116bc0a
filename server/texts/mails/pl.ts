/* cspell:disable */
import type { MailTexts } from "./mail-texts.ts";

export const pl: MailTexts = {
  labels: {
    subscription: "Subskrypcja",
    plan: "Plan",
    seats: "Stanowiska",
    supportCode: "Kod pomocy",
    open: "Otwórz {plan}",
    manage: "Zobacz subskrypcję",
    contact: "Skontaktuj się z pomocą",
    footer: "Otrzymujesz tę wiadomość, ponieważ jesteś nabywcą tej subskrypcji lub jej osobą kontaktową.",
  },
  visit: {
    subject: "Microsoft znów odpowiada: dokończ zakup",
    body: "Gdy strona Twojego zakupu była otwierana, Microsoft nie odpowiadał. Teraz znów odpowiada, a zakup jest bezpieczny. Zaloguj się na to samo konto, aby kontynuować.",
    button: "Dokończ zakup",
    footer: "Otrzymujesz tę wiadomość, ponieważ poproszono o nią na stronie Twojego zakupu.",
  },
  mails: {
    received: {
      subject: "Dziękujemy za zakup: {plan}",
      body: "Dzień dobry, {name},\n\ndziękujemy za zakup {plan}. Przygotowujemy wszystko. Napiszemy ponownie, gdy tylko można będzie zacząć.",
    },
    waiting: {
      subject: "Przygotowujemy Twój zakup: {plan}",
      body: "Dzień dobry, {name},\n\nzakup {plan} został potwierdzony. Przygotowujemy teraz subskrypcję, a Microsoft nie naliczy opłat, dopóki nie będzie aktywna. Nie trzeba nic więcej robić; napiszemy, gdy wszystko będzie gotowe.",
    },
    active: {
      subject: "{plan}: subskrypcja jest aktywna",
      body: "Dzień dobry, {name},\n\nsubskrypcja {subscription} jest aktywna i można zacząć z niej korzystać.",
    },
    failed: {
      subject: "Nie udało się aktywować: {plan}",
      body: "Dzień dobry, {name},\n\nnie udało się aktywować zakupu {plan}, a Microsoft nie naliczy za niego opłaty. Powiadomiliśmy nasz zespół. W razie braku wiadomości od nas prosimy o kontakt z podaniem poniższego kodu pomocy.",
    },
    payment_failed: {
      subject: "Płatność nie powiodła się: subskrypcja {plan} jest zawieszona",
      body: "Dzień dobry, {name},\n\nMicrosoft nie mógł pobrać płatności za subskrypcję {subscription} i ją zawiesił. Prosimy sprawdzić metodę płatności konta rozliczeniowego w portalu Azure lub w centrum administracyjnym Microsoft 365. Dostęp wróci automatycznie po udanej płatności; w przeciwnym razie Microsoft anuluje subskrypcję po 30 dniach.",
    },
    lapsing: {
      subject: "{plan}: subskrypcja wkrótce się skończy",
      body: "Dzień dobry, {name},\n\nMicrosoft anuluje subskrypcję {subscription} dnia {deadline}, jeśli nic się nie zmieni. Jeśli płatność się nie powiodła, prosimy sprawdzić metodę płatności konta rozliczeniowego w portalu Azure lub w centrum administracyjnym Microsoft 365. Jeśli zakup nie został jeszcze potwierdzony, prosimy otworzyć go poniżej i potwierdzić.",
    },
    trial_ends: {
      subject: "Okres próbny {plan} kończy się {deadline}",
      body: "Dzień dobry, {name},\n\nbezpłatny okres próbny subskrypcji {subscription} kończy się {deadline}. Jeśli automatyczne odnawianie jest włączone, subskrypcja stanie się wtedy płatna; w przeciwnym razie się zakończy. Ustawienie automatycznego odnawiania można sprawdzić w portalu Azure lub w centrum administracyjnym Microsoft 365. W razie pytań prosimy o kontakt przed tym dniem.",
    },
    term_ends: {
      subject: "Okres subskrypcji {plan} kończy się {deadline}",
      body: "Dzień dobry, {name},\n\nokres subskrypcji {subscription} kończy się {deadline}. Jeśli automatyczne odnawianie jest włączone, Microsoft ją wtedy odnowi; w przeciwnym razie subskrypcja się zakończy, a wraz z nią dostęp. Ustawienie automatycznego odnawiania można sprawdzić w portalu Azure lub w centrum administracyjnym Microsoft 365.",
    },
  },
};
