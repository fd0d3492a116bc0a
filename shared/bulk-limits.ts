/** Limits of bulk actions, apart from their schemas so that lists load without those. */

/** The most subscriptions of one run, so that one page of results stays readable. */
export const maxBulkRows = 10_000;
/** The most subscriptions that are selected individually; more are selected by filters. */
export const maxNamedRows = 5_000;
