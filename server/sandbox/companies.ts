/** Invented companies that have bought something from the sandbox's publisher. */

export const wingtipTenantId = "a4a4a4a4-0000-4000-8000-00000000d0e0";
