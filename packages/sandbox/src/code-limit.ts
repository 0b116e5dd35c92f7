/** Bytes of archives of translated code that are kept for one version of the translator. */
export const CODE_LIMIT: number = 256 * 1024 * 1024;
