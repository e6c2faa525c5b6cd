// A line for each connector of this build: it names the folder.
export { default as falabella } from './falabella/index.js';
export { default as odoo } from './odoo/index.js';
export { default as tiendanube } from './tiendanube/index.js';
