/** Contacts as an address names them: `1,2,3`. Pure, for the server and the browser. */

/** As many as one question may name: the rows of a tall screen, and some more. */
export const MOST_CONTACTS = 200;
export const CONTACT_IDS = /^[1-9]\d{0,11}(,[1-9]\d{0,11})*$/;
