import type { MailTexts } from "./mail-texts.ts";

export const en: MailTexts = {
  labels: {
    subscription: "Subscription",
    plan: "Plan",
    seats: "Seats",
    supportCode: "Support code",
    open: "Open {plan}",
    manage: "View your subscription",
    contact: "Contact support",
    footer: "You are receiving this email because you bought this subscription or are its contact.",
  },
  visit: {
    subject: "Microsoft is responding again: continue your purchase",
    body: "When you opened your purchase, Microsoft did not respond. Microsoft is responding again now, and your purchase is safe. Sign in with the same account to continue.",
    button: "Continue your purchase",
    footer: "You are receiving this email because you asked for it on the page of your purchase.",
  },
  mails: {
    received: {
      subject: "We received your purchase of {plan}",
      body: "Hello {name},\n\nThank you for your purchase of {plan}. We are setting it up and will send you another email as soon as you can start.",
    },
    waiting: {
      subject: "Your purchase of {plan} is being set up",
      body: "Hello {name},\n\nYou have confirmed your purchase of {plan}. We are setting it up now, and Microsoft will not bill you until it is active. You do not need to do anything else; we will send you another email when it is ready.",
    },
    active: {
      subject: "{plan} is active",
      body: "Hello {name},\n\nYour subscription {subscription} is active, and you can start now.",
    },
    failed: {
      subject: "{plan} could not be activated",
      body: "Hello {name},\n\nYour purchase of {plan} could not be activated, and Microsoft will not bill you for it. Our team has been notified. If you do not hear from us, contact us and include the support code below.",
    },
    payment_failed: {
      subject: "Payment failed: {plan} is suspended",
      body: "Hello {name},\n\nMicrosoft could not collect the payment for your subscription {subscription} and has suspended it. Check the payment method of its billing account in the Azure portal or the Microsoft 365 admin center. Access returns automatically once the payment succeeds; otherwise Microsoft cancels the subscription after 30 days.",
    },
    lapsing: {
      subject: "{plan} ends soon",
      body: "Hello {name},\n\nMicrosoft will end your subscription {subscription} on {deadline} unless you act. If a payment failed, check the payment method of its billing account in the Azure portal or the Microsoft 365 admin center. If you have not confirmed the purchase yet, open it below and confirm it.",
    },
    trial_ends: {
      subject: "Your trial of {plan} ends on {deadline}",
      body: "Hello {name},\n\nThe free trial of your subscription {subscription} ends on {deadline}. If auto-renewal is on, it becomes a paid subscription then; otherwise the subscription ends. You can check auto-renewal in the Azure portal or the Microsoft 365 admin center. If you have questions before that day, contact us.",
    },
    term_ends: {
      subject: "The term of {plan} ends on {deadline}",
      body: "Hello {name},\n\nThe term of your subscription {subscription} ends on {deadline}. If auto-renewal is on, Microsoft renews it then; otherwise the subscription and your access end. You can check auto-renewal in the Azure portal or the Microsoft 365 admin center.",
    },
  },
};
