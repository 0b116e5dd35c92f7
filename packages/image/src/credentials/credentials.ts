/** What a registry is to be told about who asks. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Instead of a password: exchanged for tokens at the registry's token server. */
  readonly identityToken?: string;
}

/** Finds credentials for a host as it stands in names of images; `repository` for those that hold for a part only. */
export interface CredentialSource {
  find(host: string, repository: string): Promise<Credentials | undefined>;
}
