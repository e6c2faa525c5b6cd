export type Language = 'en' | 'es';

/** A title, and paragraphs in which backticks mark what is to be typed. */
export interface PageText {
  readonly title: string;
  readonly says: readonly string[];
}

/** The platform whose consent page the owner comes from. */
export interface Platform {
  /** Names its connector in addresses and settings. */
  readonly name: string;
  readonly label: string;
}

/** A connected account. */
interface ConnectedAccount {
  readonly account: string;
  readonly connection: string;
  /** Whether its webhooks can be registered; null: its platform has one address for all accounts. */
  readonly hears: boolean | null;
  readonly isShadow: boolean;
}

interface Words {
  readonly connected: (account: ConnectedAccount) => PageText;
  readonly renewed: (account: ConnectedAccount) => PageText;
  readonly back: (account: ConnectedAccount) => PageText;
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
  anew: ({ name }: Platform) => `Ask whoever sent you here for a new link: \`POST /connectors/${name}/install-links\`.`,
  shadow:
    'Nothing is written to your account yet: what would be published is computed and shown, and you decide when it begins.',
  next: (connection: string) =>
    `What to do next: look at \`GET /connections/${connection}/preview\`, and go on as "The first day" (docs/first-day.md) says, from step 2 on.`,
  heard: (hears: boolean | null) => {
    if (hears === null) return 'Its products are being read: that takes a minute.';
    return hears
      ? 'Its webhooks are being registered and its products read: that takes a minute.'
      : 'Its products are being read. No webhooks can come, because PUBLIC_URL is not set: its orders are asked for every few minutes.';
  },
};

const ES = {
  anew: ({ name }: Platform) =>
    `Pida un enlace nuevo a quien le envió este: \`POST /connectors/${name}/install-links\`.`,
  shadow:
    'Todavía no se escribe nada en su cuenta: lo que se publicaría se calcula y se muestra, y usted decide cuándo empieza.',
  next: (connection: string) =>
    `Qué sigue: mire \`GET /connections/${connection}/preview\` y continúe como indica "El primer día" (docs/first-day.es.md), desde el paso 2.`,
  heard: (hears: boolean | null) => {
    if (hears === null) return 'Se están leyendo sus productos: tarda un minuto.';
    return hears
      ? 'Se están registrando sus webhooks y leyendo sus productos: tarda un minuto.'
      : 'Se están leyendo sus productos. No pueden llegar webhooks porque PUBLIC_URL no está definida: sus pedidos se consultan cada pocos minutos.';
  },
};

/** The texts of the page after the consent. */
export const WORDS: Readonly<Record<Language, (platform: Platform) => Words>> = {
  en: (platform) => ({
    connected: ({ account, connection, hears, isShadow }) => ({
      title: `Account ${account} is connected`,
      says: [
        `It is known here as \`${connection}\`.`,
        EN.heard(hears),
        ...(isShadow ? [EN.shadow] : []),
        EN.next(connection),
      ],
    }),
    renewed: ({ account, connection, hears }) => ({
      title: `Account ${account} has a new token`,
      says: [`\`${connection}\` was connected already, and goes on with the new token as before.`, EN.heard(hears)],
    }),
    back: ({ account, connection, hears, isShadow }) => ({
      title: `Account ${account} is back`,
      says: [
        `It is known here as \`${connection}\`, as before, with its orders and listings.`,
        EN.heard(hears),
        ...(isShadow ? [EN.shadow, EN.next(connection)] : []),
      ],
    }),
    pending: (account) => ({
      title: `Account ${account} waits to be accepted`,
      says: [
        'The app was installed without a link from here, so nothing is done with the account yet.',
        `Whoever runs this service accepts it with \`POST /connectors/${platform.name}/accounts/${account}/accept\`.`,
      ],
    }),
    environment: (account) => ({
      title: `Account ${account} is described by the environment`,
      says: [
        'Its old token ended with this installation. The new one is kept.',
        `Remove the settings of this account (\`${platform.name.toUpperCase()}_...\`) from the environment, start the service anew, and call \`POST /connectors/${platform.name}/accounts/${account}/accept\`.`,
      ],
    }),
    badState: {
      unknown: { title: 'This link is not one of ours', says: ['Nothing was connected.', EN.anew(platform)] },
      used: {
        title: 'This link was used already',
        says: ['Each link works once, and nothing was changed now.', EN.anew(platform)],
      },
      expired: {
        title: 'This link is too old',
        says: ['A link works for an hour. Nothing was connected.', EN.anew(platform)],
      },
    },
    denied: {
      title: 'The app was not let into the account',
      says: ['Nothing was connected. If that was a mistake:', EN.anew(platform)],
    },
    incomplete: {
      title: 'Something is missing',
      says: [`${platform.label} sent no code that could be used. Nothing was connected.`, EN.anew(platform)],
    },
    busy: { title: 'Too many at once', says: ['Nothing was connected. Try again in a minute.'] },
    unready: {
      title: 'This service is not ready for installations',
      says: [
        `Nothing was connected. Its settings lack something: \`POST /connectors/${platform.name}/install-links\` says what.`,
      ],
    },
    refused: {
      title: `${platform.label} gave no token`,
      says: [
        'The code was refused: it lives for minutes and works once. Or the id or the secret of the app is not right. Nothing was connected.',
        EN.anew(platform),
      ],
    },
    unreachable: {
      title: `${platform.label} did not answer`,
      says: ['Nothing was connected. Try again in a few minutes.', EN.anew(platform)],
    },
  }),
  es: (platform) => ({
    connected: ({ account, connection, hears, isShadow }) => ({
      title: `La cuenta ${account} está conectada`,
      says: [
        `Aquí se llama \`${connection}\`.`,
        ES.heard(hears),
        ...(isShadow ? [ES.shadow] : []),
        ES.next(connection),
      ],
    }),
    renewed: ({ account, connection, hears }) => ({
      title: `La cuenta ${account} tiene un token nuevo`,
      says: [`\`${connection}\` ya estaba conectada y sigue como antes con el token nuevo.`, ES.heard(hears)],
    }),
    back: ({ account, connection, hears, isShadow }) => ({
      title: `La cuenta ${account} ha vuelto`,
      says: [
        `Aquí se llama \`${connection}\`, como antes, con sus pedidos y publicaciones.`,
        ES.heard(hears),
        ...(isShadow ? [ES.shadow, ES.next(connection)] : []),
      ],
    }),
    pending: (account) => ({
      title: `La cuenta ${account} espera ser aceptada`,
      says: [
        'La aplicación se instaló sin un enlace de aquí, así que todavía no se hace nada con la cuenta.',
        `Quien administra este servicio la acepta con \`POST /connectors/${platform.name}/accounts/${account}/accept\`.`,
      ],
    }),
    environment: (account) => ({
      title: `La cuenta ${account} está descrita en el entorno`,
      says: [
        'Su token anterior terminó con esta instalación. El nuevo queda guardado.',
        `Quite del entorno los valores de esta cuenta (\`${platform.name.toUpperCase()}_...\`), reinicie el servicio y llame a \`POST /connectors/${platform.name}/accounts/${account}/accept\`.`,
      ],
    }),
    badState: {
      unknown: { title: 'Este enlace no es nuestro', says: ['No se conectó nada.', ES.anew(platform)] },
      used: {
        title: 'Este enlace ya se usó',
        says: ['Cada enlace sirve una vez; ahora no se cambió nada.', ES.anew(platform)],
      },
      expired: {
        title: 'Este enlace es demasiado viejo',
        says: ['Un enlace sirve una hora. No se conectó nada.', ES.anew(platform)],
      },
    },
    denied: {
      title: 'No se permitió la aplicación en la cuenta',
      says: ['No se conectó nada. Si fue un error:', ES.anew(platform)],
    },
    incomplete: {
      title: 'Falta algo',
      says: [`${platform.label} no envió un código que sirva. No se conectó nada.`, ES.anew(platform)],
    },
    busy: { title: 'Demasiados a la vez', says: ['No se conectó nada. Pruebe de nuevo en un minuto.'] },
    unready: {
      title: 'Este servicio no está listo para instalaciones',
      says: [
        `No se conectó nada. Falta algo en su configuración: \`POST /connectors/${platform.name}/install-links\` dice qué.`,
      ],
    },
    refused: {
      title: `${platform.label} no dio un token`,
      says: [
        'El código fue rechazado: dura unos minutos y sirve una vez. O el id o el secreto de la aplicación no son correctos. No se conectó nada.',
        ES.anew(platform),
      ],
    },
    unreachable: {
      title: `${platform.label} no respondió`,
      says: ['No se conectó nada. Pruebe de nuevo en unos minutos.', ES.anew(platform)],
    },
  }),
};
