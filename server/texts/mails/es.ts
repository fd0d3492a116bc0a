/* cspell:disable */
import type { MailTexts } from "./mail-texts.ts";

export const es: MailTexts = {
  labels: {
    subscription: "Suscripción",
    plan: "Plan",
    seats: "Puestos",
    supportCode: "Código de soporte",
    open: "Abrir {plan}",
    manage: "Ver la suscripción",
    contact: "Contactar con soporte",
    footer: "Recibe este correo porque compró esta suscripción o es su contacto.",
  },
  visit: {
    subject: "Microsoft vuelve a responder: continúe con su compra",
    body: "Cuando abrió su compra, Microsoft no respondía. Ahora responde de nuevo, y su compra está segura. Inicie sesión con la misma cuenta para continuar.",
    button: "Continuar con la compra",
    footer: "Recibe este correo porque lo solicitó en la página de su compra.",
  },
  mails: {
    received: {
      subject: "Hemos recibido su compra de {plan}",
      body: "Hola, {name}:\n\nGracias por comprar {plan}. Estamos preparando su suscripción. Recibirá otro correo en cuanto pueda empezar.",
    },
    waiting: {
      subject: "Estamos preparando su compra de {plan}",
      body: "Hola, {name}:\n\nHa confirmado su compra de {plan}. La estamos preparando, y Microsoft no le cobrará nada hasta que esté activa. No tiene que hacer nada más; recibirá otro correo cuando esté lista.",
    },
    active: {
      subject: "Su suscripción a {plan} está activa",
      body: "Hola, {name}:\n\nSu suscripción {subscription} está activa y ya puede empezar.",
    },
    failed: {
      subject: "No se pudo activar {plan}",
      body: "Hola, {name}:\n\nNo se pudo activar su compra de {plan}, y Microsoft no se la cobrará. Ya hemos avisado a nuestro equipo. Si no recibe noticias nuestras, póngase en contacto con nosotros e indique el código de soporte que aparece abajo.",
    },
    payment_failed: {
      subject: "El pago ha fallado: su suscripción a {plan} está suspendida",
      body: "Hola, {name}:\n\nMicrosoft no pudo cobrar su suscripción {subscription} y la ha suspendido. Revise el método de pago de la cuenta de facturación en Azure Portal o en el centro de administración de Microsoft 365. Recuperará el acceso automáticamente cuando se realice el pago; si no, Microsoft cancela la suscripción a los 30 días.",
    },
    lapsing: {
      subject: "Su suscripción a {plan} terminará pronto",
      body: "Hola, {name}:\n\nMicrosoft cancelará su suscripción {subscription} el {deadline} si no hace nada. Si falló un pago, revise el método de pago de la cuenta de facturación en Azure Portal o en el centro de administración de Microsoft 365. Si aún no ha confirmado la compra, ábrala abajo y confírmela.",
    },
    trial_ends: {
      subject: "Su prueba de {plan} termina el {deadline}",
      body: "Hola, {name}:\n\nLa prueba gratuita de su suscripción {subscription} termina el {deadline}. Si la renovación automática está activada, pasará a ser una suscripción de pago; de lo contrario, la suscripción terminará. Puede comprobar la renovación automática en Azure Portal o en el centro de administración de Microsoft 365. Si tiene preguntas antes de ese día, póngase en contacto con nosotros.",
    },
    term_ends: {
      subject: "El período de {plan} termina el {deadline}",
      body: "Hola, {name}:\n\nEl período de su suscripción {subscription} termina el {deadline}. Si la renovación automática está activada, Microsoft la renovará; de lo contrario, la suscripción terminará y, con ella, su acceso. Puede comprobar la renovación automática en Azure Portal o en el centro de administración de Microsoft 365.",
    },
  },
};
