/** Limits of the search field and of the filters named `q`. */
export const maxSearchLength = 1_000;
export const searchTooLong = "Search for at most 1,000 characters. Paste only the email address, ID or name.";
