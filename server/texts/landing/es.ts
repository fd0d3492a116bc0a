import type { Translation } from "../text.ts";
import type { en } from "./en.ts";

export const es = {
  frame: {
    error: "Error: {title}",
    supportCode: "Código de soporte: {code}",
    publisher: "El proveedor",
    questions: "Preguntas: {email}",
    questionsTo: "Preguntas a {publisher}: {email}",
    support: "Soporte",
    terms: "Condiciones",
    privacy: "Privacidad",
    nextSteps: "Qué hará ahora {publisher}",
    nextStepsOfPublisher: "Qué hará ahora el proveedor",
    language: "Idioma",
    signedInAs: "Sesión iniciada como {account}. {otherAccount} o {signOut}",
    otherAccount: "Usar otra cuenta",
    signOut: "cerrar sesión",
    tryAgain: "Intentar de nuevo",
    checkNow: "Comprobar ahora",
    checkFixed: "Comprobar si el problema está resuelto",
    againAfter: "Esta página lo intentará de nuevo automáticamente en {time}. Puede dejarla abierta.",
    stopRefresh: "Desactivar la actualización automática",
  },
  howToOpen: {
    azure:
      "Si compró en Azure: abra {saas} en Azure Portal, seleccione la suscripción y después {configure} o {manage}.",
    configure: "Configurar cuenta ahora",
    manage: "Administrar cuenta",
    microsoft365:
      "Si compró en Microsoft 365: abra {billing} en el centro de administración, seleccione la suscripción y después {experience}.",
    billing: "Facturación, Sus productos",
    experience: "Administrar la experiencia SaaS",
    openAzure: "Abrir Azure Portal",
  },
  signIn: {
    title: "Configure su suscripción",
    ask: "Inicie sesión con la cuenta de Microsoft con la que se hizo la compra o con otra cuenta de la misma organización. Podrá revisar la compra antes de que se active nada.",
    titleAgain: "Inicie sesión de nuevo para continuar",
    expired:
      "Su sesión ha caducado, por lo que el formulario no se envió. Sus datos se conservan en este navegador durante una hora. Inicie sesión de nuevo para continuar.",
    button: "Iniciar sesión con Microsoft",
    again: "Iniciar sesión de nuevo",
    otherAccount: "Iniciar sesión con otra cuenta",
  },
  noPurchase: {
    title: "Abra su suscripción desde Microsoft",
    body: "Esta página configura una suscripción comprada a través de Microsoft. Para llegar aquí desde su compra:",
  },
  noSuchPage: {
    title: "Esta página no existe",
    body: "Es posible que la dirección esté incompleta o ya no sea válida. Su compra está segura y no se ha cambiado nada. Para llegar a su suscripción:",
  },
  noCookies: {
    title: "Su navegador bloquea las cookies",
    body: "Esta página necesita cookies para recordar su compra mientras inicia sesión. Su navegador no las ha conservado. Su compra está segura y no se ha cambiado nada.",
    howTo:
      "Permita las cookies de {host} en la configuración del navegador, o use otro navegador o una ventana privada.",
    afterwards: "Después, abra de nuevo su suscripción desde Microsoft:",
  },
  otherOrganization: {
    title: "Esta compra pertenece a otra cuenta",
    who: "Ha iniciado sesión como {account}, pero Microsoft indica otra cuenta como comprador. No se ha cambiado nada.",
    what: "Inicie sesión con la cuenta con la que se hizo la compra o con otra cuenta de la misma organización.",
    helpWithCode:
      "Si esta es su compra y no tiene otra cuenta, contacte con el proveedor e indique el código de soporte que aparece abajo. El proveedor puede consultar su visita y activar la suscripción por usted.",
    help: "Si esta es su compra y no tiene otra cuenta, contacte con el proveedor, que puede activar la suscripción por usted.",
  },
  noSuchPurchase: {
    title: "Suscripción no encontrada",
    body: "En esta dirección no hay ninguna suscripción para {account}. Inicie sesión con otra cuenta o abra la suscripción desde Microsoft:",
  },
  tooMany: {
    title: "Demasiadas solicitudes",
    visits:
      "Su compra se ha consultado demasiadas veces. Su compra está segura y no se ha cambiado nada. Inténtelo de nuevo en {time}.",
    forms:
      "El formulario se envió demasiadas veces, por lo que sus últimos cambios no se guardaron. Sus datos se conservan. Vuelva al formulario en {time} y envíelo de nuevo.",
    wait: "Espere un momento",
    network:
      "Hemos recibido demasiadas solicitudes de su red. Su compra está segura y no se ha cambiado nada. Vuelva atrás e inténtelo de nuevo en {time}.",
    back: "Volver al formulario",
  },
  failures: {
    link: "Este enlace ya no se puede usar",
    linkBody:
      "No hemos podido identificar su compra: el enlace está incompleto o tiene más de 24 horas. Su compra está segura y no se ha cambiado nada.",
    linkHow: "Cómo obtener un enlace nuevo",
    linkStill:
      "Si un enlace nuevo tampoco funciona, contacte con el proveedor e indique el código de soporte que aparece abajo.",
    notFound: "Microsoft no encuentra esta compra",
    notFoundBody:
      "Puede que Microsoft aún esté procesando la compra o que se haya cancelado. Espere unos minutos e inténtelo de nuevo.",
    notFoundStill:
      "Si Microsoft muestra su suscripción y usted sigue viendo esta página, contacte con el proveedor e indique el código de soporte que aparece abajo.",
    publisher: "El proveedor debe resolver primero un problema",
    publisherBody:
      "Microsoft rechaza las solicitudes del sistema del proveedor, por lo que no podemos consultar su compra. Solo el proveedor puede resolverlo. Su compra está segura y no se ha cambiado nada.",
    whatToDo: "Qué hacer",
    publisherFirst: "Contacte con el proveedor e indique el código de soporte que aparece abajo.",
    publisherThen: "Cuando el proveedor haya resuelto el problema, abra de nuevo su suscripción desde Microsoft.",
    busy: "Microsoft está saturado en este momento",
    busyBody:
      "Microsoft limita en este momento el número de solicitudes. Su compra está segura y no se ha cambiado nada. Inténtelo de nuevo en {time}.",
    microsoft: "Microsoft tiene un problema en este momento",
    microsoftBody:
      "Microsoft devolvió un error al consultar su compra. Su compra está segura y no se ha cambiado nada. Inténtelo de nuevo en {time}.",
    unreachable: "No podemos conectar con Microsoft en este momento",
    unreachableBody:
      "Microsoft no respondió al consultar su compra. Su compra está segura y no se ha cambiado nada. Inténtelo de nuevo en {time}.",
    mailMe: "Enviarme un correo a {email} cuando Microsoft responda",
    willMail: "Enviaremos un correo a {email} en cuanto Microsoft responda. Puede cerrar esta página.",
    afterAnHour:
      "Si sigue viendo esta página después de una hora, contacte con el proveedor e indique el código de soporte que aparece abajo.",
    unclear: "No hemos podido leer la respuesta de Microsoft",
    unclearBody:
      "La respuesta de Microsoft tenía un formato inesperado, por lo que no podemos mostrar su compra. Su compra está segura y no se ha cambiado nada. Contacte con el proveedor e indique el código de soporte que aparece abajo.",
    own: "Algo ha fallado por nuestra parte",
    ownBody:
      "Su compra está segura. Inténtelo de nuevo en un minuto. Si sigue viendo esta página, contacte con el proveedor e indique el código de soporte que aparece abajo.",
  },
  facts: {
    subscription: "Suscripción",
    offer: "Oferta",
    plan: "Plan",
    price: "Precio",
    laterPrice: "Precio después de la prueba",
    seats: "Puestos",
    term: "Período de facturación",
    trial: "Prueba gratuita",
    trialYes: "Sí. Al terminar la prueba pasará a ser una suscripción de pago, salvo que la cancele antes.",
    trialUntil: "Hasta el {day}. Después pasará a ser una suscripción de pago, salvo que la cancele antes.",
    termEnds: "El período actual termina el",
    lastTermEnded: "El último período terminó el",
    purchasedOn: "Comprada el",
    purchasedBy: "Comprada por",
    purchasedByReseller: "Comprada por el revendedor",
    purchasedFor: "Comprada para",
    contact: "Contacto",
    payAsYouGo: "Pago por uso",
    perSeat: "{amount} por puesto",
    every: "{amount}, cada {term}",
    day: "{amount} al día",
    week: "{amount} a la semana",
    month: "{amount} al mes",
    year: "{amount} al año",
  },
  contact: {
    name: "Nombre de contacto",
    email: "Correo electrónico",
    company: "Empresa",
    phone: "Teléfono",
    optional: "opcional",
    nameMissing: "Escriba el nombre de una persona de contacto.",
    emailWrong: "Escriba una dirección de correo, por ejemplo ada@example.com.",
    companyMissing: "Escriba el nombre de su empresa.",
    phoneWrong: "Use solo cifras, espacios y signos como + ( ) -, o deje este campo vacío.",
    tooLong: "Escriba como máximo {max} caracteres en «{label}».",
    correct: "Corrija estos datos y envíe de nuevo el formulario",
  },
  answers: {
    heading: "Algunas preguntas",
    chooseOne: "Elija una respuesta",
    missing: "Responda a «{label}».",
    numberWrong: "Escriba un número en «{label}».",
    wholeNumber: "Escriba un número entero en «{label}».",
    tooSmall: "Escriba al menos {min} en «{label}».",
    tooLarge: "Escriba como máximo {max} en «{label}».",
    dateWrong: "Escriba una fecha en «{label}».",
    tooEarly: "Escriba el {min} o un día posterior en «{label}».",
    tooLate: "Escriba el {max} o un día anterior en «{label}».",
    choiceWrong: "Elija una de las respuestas de «{label}».",
    consentMissing: "Para continuar, acepte «{label}».",
    tooShort: "Escriba al menos {min} caracteres en «{label}».",
    yes: "Sí",
    no: "No",
  },
  notices: {
    draft: "El formulario contiene los datos que escribió antes. Todavía no se han enviado.",
    sendAgain: "Envíe de nuevo el formulario",
    otherSignIn:
      "Su sesión ha cambiado desde que abrió el formulario, por lo que no se envió. Revise sus datos y envíelo de nuevo.",
    colleague: "{name} es el contacto de esta suscripción. Si guarda el formulario, usted pasará a ser el contacto.",
    colleagueKept: "{name} sigue siendo el contacto de esta suscripción.",
  },
  confirm: {
    title: "Confirme su compra",
    instead:
      "Continúe en el producto, donde se configura y activa su suscripción. Allí se iniciará su sesión con esta compra.",
    thanks: "Gracias por su compra. Revise los datos e indíquenos con quién debemos ponernos en contacto.",
    who: "¿Con quién debemos ponernos en contacto?",
    activate: "Activar la suscripción",
    confirm: "Confirmar la compra",
    immediately: "Microsoft activará entonces su suscripción y esta página le avisará cuando esté activa.",
    staff:
      "El proveedor revisará entonces la compra y activará su suscripción. Esta página le avisará cuando esté activa.",
    product: "El proveedor preparará y activará entonces su suscripción. Esta página le avisará cuando esté activa.",
    billingStarts: "La facturación empieza con la activación.",
    trialStarts: "Su prueba gratuita empieza con la activación.",
    billsYou: "Microsoft le factura a usted, como en sus demás compras de Microsoft.",
    billsReseller: "Microsoft factura a su revendedor, y su revendedor le factura a usted.",
    lapses: "Una compra que no se activa en {days} días caduca y no cuesta nada.",
    lapsesOn: "Una compra que no se activa en {days} días (hasta el {day}) caduca y no cuesta nada.",
  },
  awaiting: {
    title: "Su compra está confirmada",
    staff: "El proveedor activará su suscripción.",
    product: "Su suscripción se está preparando y después se activará.",
    nothingToDo: "No tiene que hacer nada más.",
    willWrite: "Escribiremos a {email}.",
    comeBack: "Puede volver a esta página en cualquier momento.",
    billingStarts: "La facturación empieza con la activación, no antes.",
    trialStarts: "Su prueba gratuita empieza con la activación, no antes.",
    tooLong:
      "Si la activación tarda demasiado, contacte con el proveedor e indique el código de soporte que aparece abajo.",
    change: "Cambiar el contacto",
    changeEntries: "Cambiar sus datos",
    save: "Guardar el contacto",
    saveEntries: "Guardar los datos",
  },
  activating: {
    title: "Su suscripción se está activando",
    none: "Microsoft está confirmando la activación.",
    noneBody:
      "Normalmente tarda unos minutos como máximo. Esta página se actualiza automáticamente. Puede cerrarla; la activación continúa.",
    microsoft: "Microsoft no responde en este momento.",
    microsoftBody:
      "Seguiremos intentándolo; no tiene que hacer nada. Puede cerrar esta página y volver más tarde. La facturación empieza con la activación.",
    publisher: "Microsoft aún no ha aceptado la activación.",
    publisherBody:
      "El proveedor debe resolver primero un problema. La facturación no ha empezado. Contacte con el proveedor e indique el código de soporte que aparece abajo.",
  },
  failed: {
    title: "La activación ha fallado",
    publisher:
      "Microsoft rechaza las solicitudes del sistema del proveedor. Sus datos están guardados y, hasta donde sabemos, la facturación no ha empezado. Contacte con el proveedor e indique el código de soporte que aparece abajo: el proveedor debe resolver el problema y podrá entonces activar su suscripción.",
    microsoft:
      "Microsoft no confirmó la activación. Sus datos están guardados y, hasta donde sabemos, la facturación no ha empezado. Inténtelo de nuevo. Si vuelve a fallar, contacte con el proveedor e indique el código de soporte que aparece abajo.",
  },
  active: {
    title: "Su suscripción está activa",
    billing: "Su suscripción está activa y la facturación ha empezado.",
    trial: "Su suscripción está activa y su prueba gratuita ha empezado.",
    next: "Qué ocurre ahora",
    open: "Abrir {product}",
    cannotOpen:
      "En este momento no se puede abrir el producto desde esta página. Contacte con el proveedor e indique el código de soporte que aparece abajo.",
    willWrite: "Escribiremos a {email} para ayudarle a empezar.",
    tellUs: "Indíquenos abajo con quién debemos ponernos en contacto para ayudarle a empezar.",
    reseller: "Para cambiar el plan o los puestos, o para cancelar, hable con su revendedor.",
    manage: "Para cambiar el plan o los puestos, o para cancelar, vaya a {azure} o al {microsoft365}.",
    azure: "Azure Portal",
    microsoft365: "centro de administración de Microsoft 365",
    wrong: "Si algo no es correcto, contacte con el proveedor e indique el código de soporte que aparece abajo.",
  },
  usage: {
    title: "Uso en este período",
    within: "{used} de {included} (incluido en el plan)",
    beyond: "{used}; incluido en el plan: {included}",
    unlimited: "{used}, incluido sin límite",
    hint: "Lo que supera la cantidad incluida se factura aparte.",
  },
  onHold: {
    title: "Su acceso está suspendido",
    body: "El proveedor ha suspendido su acceso. La suscripción y su facturación en Microsoft continúan. Contacte con el proveedor e indique el código de soporte que aparece abajo.",
  },
  suspended: {
    title: "Su suscripción está suspendida",
    body: "Microsoft ha suspendido su suscripción, normalmente porque falló un pago. Cuando se realice el pago, Microsoft la restablecerá y usted recuperará el acceso automáticamente. Si no se paga, Microsoft cancela la suscripción después de {days} días.",
    reseller: "Un revendedor compró esta suscripción para usted. Pídale que realice el pago.",
    payAzure: "Pagar en Azure Portal",
    pay365: "Si compró en Microsoft 365, {pay}.",
    payThere: "pague en el centro de administración de Microsoft 365",
  },
  ended: {
    title: "Esta suscripción ha terminado",
    body: "La suscripción se canceló y no se puede restablecer. Para volver a usar el producto, compre una suscripción nueva en el marketplace.",
    reseller: "Un revendedor compró esta suscripción para usted. Pídale una suscripción nueva.",
    buyAgain: "Comprar de nuevo en el marketplace",
  },
  signInFailures: {
    title: "No ha iniciado sesión",
    state:
      "Este inicio de sesión no empezó en este navegador, tardó más de diez minutos o ya se había usado. Empiece de nuevo aquí.",
    denied:
      "Microsoft indica que el inicio de sesión se canceló o no está permitido. Para continuar, inicie sesión y acepte lo que pide Microsoft.",
    microsoft: "Microsoft tuvo un problema y no inició su sesión. Inténtelo de nuevo en unos minutos.",
    interaction:
      "Microsoft necesita primero una respuesta suya o del administrador de su organización. Inicie sesión de nuevo y acepte lo que pide Microsoft.",
    app: "Microsoft no acepta inicios de sesión desde este sitio y esperar no servirá de nada. Contacte con el proveedor, que debe corregir el registro de la aplicación.",
    other: "No se pudo aceptar la respuesta de Microsoft, por ejemplo porque ya se había usado. Empiece de nuevo aquí.",
    unreachable: "El inicio de sesión de Microsoft no está disponible en este momento",
    unreachableBody:
      "Microsoft no respondió, por lo que no ha iniciado sesión. No se ha cambiado nada. Inténtelo de nuevo en un minuto. Si el problema continúa después de una hora, contacte con el proveedor e indique el código de soporte que aparece abajo.",
    appRefused: "El proveedor debe resolver primero un problema",
    appRefusedBody:
      "Microsoft no acepta solicitudes del sistema del proveedor, por lo que no puede iniciar sesión aquí. Usted no puede resolverlo y esperar no servirá de nada. Su compra está segura y no se ha cambiado nada.",
    appRefusedWhat:
      "Contacte con el proveedor e indique el código de soporte que aparece abajo. Después, abra de nuevo su suscripción desde Microsoft.",
    own: "Algo ha fallado por nuestra parte",
    ownBody: "No ha iniciado sesión y no se ha cambiado nada. Inténtelo de nuevo en un minuto.",
    signedOut: "Ha cerrado la sesión",
    signedOutBody:
      "Ha cerrado la sesión en esta página. Puede que siga conectado a Microsoft en este navegador: en un equipo compartido, cierre también el navegador.",
  },
  approval: {
    title: "Su administrador debe aprobar este inicio de sesión",
    body: "En su organización, solo los administradores pueden aprobar aplicaciones nuevas. Su compra está segura y no se ha cambiado nada.",
    send: "Envíe este enlace a un administrador de su organización. El administrador inicia sesión allí y aprueba la aplicación una vez, para todos:",
    afterwards: "Después, inicie sesión de nuevo aquí. La aplicación solo lee su nombre y su dirección de correo.",
    approved: "La aplicación está aprobada",
    approvedBody: "Las personas de su organización ya pueden iniciar sesión y configurar sus compras.",
    noPurchaseYet: "Si usted hizo la compra, inicie sesión ahora. Si no, puede cerrar esta página.",
  },
} satisfies Translation<typeof en>;
