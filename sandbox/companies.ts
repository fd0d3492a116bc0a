/** Fictitious customers of the sandbox's publisher. */

export type Company = { name: string; domain: string; contact: string; tenantId: string };

/** The tenant in the audience of private plans. */
export const wingtipTenantId = "a4a4a4a4-0000-4000-8000-00000000d0e0";

const rows: [name: string, domain: string, contact: string][] = [
  ["Wingtip Toys", "wingtiptoys.example", "Iris Nakamura"],
  ["Tailspin Toys", "tailspintoys.example", "Marco Bianchi"],
  ["Litware", "litware.example", "Sanne de Vries"],
  ["Proseware", "proseware.example", "Tomasz Zielinski"],
  ["Woodgrove Bank", "woodgrove.example", "Grace Mbeki"],
  ["Fourth Coffee", "fourthcoffee.example", "Luis Ortega"],
  ["Lucerne Publishing", "lucerne.example", "Helene Graf"],
  ["Margie’s Travel", "margiestravel.example", "Margie Shoop"],
  ["Alpine Ski House", "alpineskihouse.example", "Jonas Berger"],
  ["Blue Yonder Airlines", "blueyonder.example", "Priya Raman"],
  ["Coho Vineyard", "cohovineyard.example", "Elena Rossi"],
  ["Consolidated Messenger", "consolidatedmessenger.example", "Dmitri Volkov"],
  ["Graphic Design Institute", "graphicdesign.example", "Noa Levi"],
  ["Humongous Insurance", "humongous.example", "Aisha Bello"],
  ["Southridge Video", "southridge.example", "Kenji Mori"],
  ["Trey Research", "treyresearch.example", "Ingrid Solberg"],
  ["VanArsdel", "vanarsdel.example", "Pieter Claes"],
  ["Wide World Importers", "wideworld.example", "Chen Wei"],
  ["Bellows College", "bellows.example", "Ruth Ferguson"],
  ["City Power & Light", "citypower.example", "Hassan Amrani"],
  ["First Up Consultants", "firstup.example", "Julia Novak"],
  ["Lamna Healthcare", "lamna.example", "Fatima Sousa"],
  ["Nod Publishers", "nod.example", "Owen Price"],
  ["Munson’s Pickles", "munsons.example", "Dora Munson"],
  ["Best For You Organics", "bestforyou.example", "Camille Laurent"],
  ["Fincher Architects", "fincher.example", "Sofia Lindgren"],
  ["School of Fine Art", "fineart.example", "Mateus Silva"],
  ["The Phone Company", "phonecompany.example", "Nadia Rahman"],
];

/** Companies by index; the first one is in the audience of private plans. */
export const companies: readonly Company[] = rows.map(([name, domain, contact], index) => ({
  name,
  domain,
  contact,
  tenantId: index === 0 ? wingtipTenantId : `a5a5a5a5-0000-4000-8000-${String(index).padStart(12, "0")}`,
}));
