export type Language = 'en' | 'es';

/** A title, and paragraphs in which backticks set off what is to be typed. */
export interface PageText {
  readonly title: string;
  readonly says: readonly string[];
}

/** What is known of a store that was connected. */
interface ConnectedStore {
  readonly account: string;
  readonly connection: string;
  /** Its webhooks can come. */
  readonly hears: boolean;
  readonly isShadow: boolean;
}

interface Words {
  readonly connected: (store: ConnectedStore) => PageText;
  readonly renewed: (store: ConnectedStore) => PageText;
  readonly back: (store: ConnectedStore) => PageText;
  readonly pending: (account: string) => PageText;
  readonly environment: (account: string) => PageText;
  readonly badState: Readonly<Record<'unknown' | 'used' | 'expired', PageText>>;
  readonly denied: PageText;
  readonly incomplete: PageText;
  readonly busy: PageText;
  readonly unready: PageText;
  readonly refused: PageText;
  readonly unreachable: PageText;
}

const EN = {
  anew: 'Ask whoever sent you here for a new link: `POST /tiendanube/install-links`.',
  shadow:
    'Nothing is written to your store yet: what would be told is computed and shown, and you decide when it begins.',
  next: (connection: string) =>
    `What to do next: look at \`GET /connections/${connection}/preview\`, and go on as "The first day" (docs/first-day.md) says, from step 2 on.`,
  heard: (hears: boolean) =>
    hears
      ? 'Its webhooks are being registered and its products read: that takes a minute.'
      : 'Its products are being read. No webhooks can come, because PUBLIC_URL is not set: its orders are asked for every few minutes.',
};

const ES = {
  anew: 'Pida un enlace nuevo a quien le envió este: `POST /tiendanube/install-links`.',
  shadow:
    'Todavía no se escribe nada en su tienda: lo que se informaría se calcula y se muestra, y usted decide cuándo empieza.',
  next: (connection: string) =>
    `Qué sigue: mire \`GET /connections/${connection}/preview\` y continúe como indica "El primer día" (docs/first-day.es.md), desde el paso 2.`,
  heard: (hears: boolean) =>
    hears
      ? 'Se están registrando sus webhooks y leyendo sus productos: tarda un minuto.'
      : 'Se están leyendo sus productos. No pueden llegar webhooks porque PUBLIC_URL no está definida: sus pedidos se consultan cada pocos minutos.',
};

/** What the page after the consent says. */
export const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    connected: ({ account, connection, hears, isShadow }) => ({
      title: `Store ${account} is connected`,
      says: [
        `It is known here as \`${connection}\`.`,
        EN.heard(hears),
        ...(isShadow ? [EN.shadow] : []),
        EN.next(connection),
      ],
    }),
    renewed: ({ account, connection, hears }) => ({
      title: `Store ${account} has a new token`,
      says: [`\`${connection}\` was connected already, and goes on with the new token as before.`, EN.heard(hears)],
    }),
    back: ({ account, connection, hears, isShadow }) => ({
      title: `Store ${account} is back`,
      says: [
        `It is known here as \`${connection}\`, as before, with its orders and listings.`,
        EN.heard(hears),
        ...(isShadow ? [EN.shadow, EN.next(connection)] : []),
      ],
    }),
    pending: (account) => ({
      title: `Store ${account} waits to be accepted`,
      says: [
        'The app was installed without a link from here, so nothing is done with the store yet.',
        `Whoever runs this service accepts it with \`POST /tiendanube/stores/${account}/accept\`.`,
      ],
    }),
    environment: (account) => ({
      title: `Store ${account} is described by the environment`,
      says: [
        'Its old token ended with this installation. The new one is kept.',
        `Remove TIENDANUBE_STORE_ID and TIENDANUBE_ACCESS_TOKEN, start the service anew, and call \`POST /tiendanube/stores/${account}/accept\`.`,
      ],
    }),
    badState: {
      unknown: { title: 'This link is not one of ours', says: ['Nothing was connected.', EN.anew] },
      used: {
        title: 'This link was used already',
        says: ['Each link works once, and nothing was changed now.', EN.anew],
      },
      expired: { title: 'This link is too old', says: ['A link works for an hour. Nothing was connected.', EN.anew] },
    },
    denied: {
      title: 'The app was not let into the store',
      says: ['Nothing was connected. If that was a mistake:', EN.anew],
    },
    incomplete: {
      title: 'Something is missing',
      says: ['Tiendanube sent no code that could be used. Nothing was connected.', EN.anew],
    },
    busy: { title: 'Too many at once', says: ['Nothing was connected. Try again in a minute.'] },
    unready: {
      title: 'This service is not ready for installations',
      says: ['Nothing was connected. Its settings lack something: `POST /tiendanube/install-links` says what.'],
    },
    refused: {
      title: 'Tiendanube gave no token',
      says: [
        'The code was refused: it lives for five minutes and works once. Or the id or the secret of the app is not right. Nothing was connected.',
        EN.anew,
      ],
    },
    unreachable: {
      title: 'Tiendanube did not answer',
      says: ['Nothing was connected. Try again in a few minutes.', EN.anew],
    },
  },
  es: {
    connected: ({ account, connection, hears, isShadow }) => ({
      title: `La tienda ${account} está conectada`,
      says: [
        `Aquí se llama \`${connection}\`.`,
        ES.heard(hears),
        ...(isShadow ? [ES.shadow] : []),
        ES.next(connection),
      ],
    }),
    renewed: ({ account, connection, hears }) => ({
      title: `La tienda ${account} tiene un token nuevo`,
      says: [`\`${connection}\` ya estaba conectada y sigue como antes con el token nuevo.`, ES.heard(hears)],
    }),
    back: ({ account, connection, hears, isShadow }) => ({
      title: `La tienda ${account} ha vuelto`,
      says: [
        `Aquí se llama \`${connection}\`, como antes, con sus pedidos y publicaciones.`,
        ES.heard(hears),
        ...(isShadow ? [ES.shadow, ES.next(connection)] : []),
      ],
    }),
    pending: (account) => ({
      title: `La tienda ${account} espera ser aceptada`,
      says: [
        'La aplicación se instaló sin un enlace de aquí, así que todavía no se hace nada con la tienda.',
        `Quien administra este servicio la acepta con \`POST /tiendanube/stores/${account}/accept\`.`,
      ],
    }),
    environment: (account) => ({
      title: `La tienda ${account} está descrita en el entorno`,
      says: [
        'Su token anterior terminó con esta instalación. El nuevo queda guardado.',
        `Quite TIENDANUBE_STORE_ID y TIENDANUBE_ACCESS_TOKEN, reinicie el servicio y llame a \`POST /tiendanube/stores/${account}/accept\`.`,
      ],
    }),
    badState: {
      unknown: { title: 'Este enlace no es nuestro', says: ['No se conectó nada.', ES.anew] },
      used: { title: 'Este enlace ya se usó', says: ['Cada enlace sirve una vez; ahora no se cambió nada.', ES.anew] },
      expired: {
        title: 'Este enlace es demasiado viejo',
        says: ['Un enlace sirve una hora. No se conectó nada.', ES.anew],
      },
    },
    denied: {
      title: 'No se permitió la aplicación en la tienda',
      says: ['No se conectó nada. Si fue un error:', ES.anew],
    },
    incomplete: {
      title: 'Falta algo',
      says: ['Tiendanube no envió un código que sirva. No se conectó nada.', ES.anew],
    },
    busy: { title: 'Demasiados a la vez', says: ['No se conectó nada. Pruebe de nuevo en un minuto.'] },
    unready: {
      title: 'Este servicio no está listo para instalaciones',
      says: ['No se conectó nada. Falta algo en su configuración: `POST /tiendanube/install-links` dice qué.'],
    },
    refused: {
      title: 'Tiendanube no dio un token',
      says: [
        'El código fue rechazado: dura cinco minutos y sirve una vez. O el id o el secreto de la aplicación no son correctos. No se conectó nada.',
        ES.anew,
      ],
    },
    unreachable: {
      title: 'Tiendanube no respondió',
      says: ['No se conectó nada. Pruebe de nuevo en unos minutos.', ES.anew],
    },
  },
};
