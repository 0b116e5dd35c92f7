/** Segment selectors of a 64-bit Linux program: flat code and stack, the others null. */

/** __USER_CS */
export const SELECTOR_CS = 0x33;
/** __USER_DS */
export const SELECTOR_SS = 0x2b;

/** What reading es cs ss ds fs gs gives, by register number. */
export const SELECTORS: readonly number[] = [0, SELECTOR_CS, SELECTOR_SS, 0, 0, 0];
