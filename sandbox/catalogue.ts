/** One product of the sample shop: the Odoo database and the Falabella seller account start from the same list. */
export interface CatalogueEntry {
  sku: string;
  name: string;
  /** Chilean pesos. */
  price: number;
  /** Units on hand at the start. */
  quantity: number;
}

const names = [
  'Taza de cerámica blanca',
  'Mochila urbana gris',
  'Audífonos inalámbricos',
  'Lámpara de escritorio LED',
  'Silla plegable de madera',
  'Botella térmica 750 ml',
  'Cuaderno de tapa dura',
  'Zapatillas para correr',
  'Polera de algodón negra',
  'Pantalón de mezclilla azul',
  'Reloj de pared clásico',
  'Teclado mecánico',
  'Mouse ergonómico',
  'Cargador USB-C 30 W',
  'Funda para notebook 14"',
  'Parlante portátil',
  'Cafetera de émbolo',
  'Set de cuchillos de cocina',
  'Sartén antiadherente 28 cm',
  'Olla a presión 6 litros',
  'Toalla de baño grande',
  'Juego de sábanas 2 plazas',
  'Almohada viscoelástica',
  'Cortina blackout',
  'Alfombra de yute',
  'Espejo redondo 60 cm',
  'Repisa flotante',
  'Organizador de escritorio',
  'Maceta de greda',
  'Regadera metálica',
  'Guantes de jardín',
  'Linterna recargable',
  'Carpa para 3 personas',
  'Saco de dormir',
  'Colchoneta de yoga',
  'Mancuernas de 5 kg',
  'Cuerda para saltar',
  'Balón de fútbol n.º 5',
  'Casco de bicicleta',
  'Candado de acero',
  'Rompecabezas de 1000 piezas',
  'Juego de mesa familiar',
  'Oso de peluche',
  'Bloques de construcción',
  'Set de acuarelas',
  'Perfume floral 50 ml',
  'Crema hidratante',
  'Champú sólido',
  'Paraguas automático',
  'Billetera de cuero',
];

const odd: ReadonlyArray<readonly [sku: string, name: string]> = [
  ['CAFÉ GRANO 250', 'Café en grano 250 g'],
  ['MESA ROBLE 120', 'Mesa de roble 120 cm'],
  ['PIÑATA-GRANDE', 'Piñata grande'],
  ["SILLÓN (AZUL) 3/4*'!", 'Sillón azul de tres cuartos'],
];

/**
 * PROD-001 to PROD-050 and, after them, SKUs that break careless encoding. Stock is 100 + 7 x position, so
 * that every figure is predictable.
 */
export const catalogue: readonly CatalogueEntry[] = [
  ...names.map((name, index) => entry(`PROD-${String(index + 1).padStart(3, '0')}`, name, index + 1)),
  ...odd.map(([sku, name], index) => entry(sku, name, names.length + index + 1)),
];

function entry(sku: string, name: string, place: number): CatalogueEntry {
  return { sku, name, price: place === 1 ? 29990 : 4990 + 1000 * place, quantity: 100 + 7 * place };
}
