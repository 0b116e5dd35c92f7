/** @kernelet/image: images of containers, from a registry to a tree that a kernel can mount. */
export { type LoadedImage, type LoadOptions, load } from "./archive/load.ts";
export { type SaveOptions, save } from "./archive/save.ts";
export { type CommitOptions, commitImage } from "./commit.ts";
export type { CredentialSource, Credentials } from "./credentials/credentials.ts";
export { ConfigCredentials } from "./credentials/docker-config.ts";
export {
  checkCredentials,
  eraseCredentials,
  storeCredentials,
} from "./credentials/login.ts";
export type { Digest } from "./digest.ts";
export {
  DigestError,
  ImageError,
  type ImageErrorCode,
  LayerError,
  NameError,
  RegistryError,
  StoreError,
} from "./errors.ts";
export type { EventListener, ImageEvent, LayerPhase } from "./events.ts";
export type { Descriptor, ImageConfig, Manifest } from "./manifest.ts";
export { DEFAULT_PLATFORM, formatPlatform, type Platform, parsePlatform } from "./platform.ts";
export { type PulledImage, type PullOptions, pull } from "./pull.ts";
export { type PushedImage, type PushOptions, push } from "./push.ts";
export {
  canonicalName,
  DEFAULT_HOST,
  familiarName,
  familiarRepository,
  parseReference,
  type Reference,
} from "./reference.ts";
export { RegistriesConfig } from "./registry/config.ts";
export type { RegistryOptions } from "./registry/session.ts";
export type { StoredImage } from "./store/image.ts";
export { type LayerFile, mergeLayers, treeLayerCount, treeOf } from "./store/layers.ts";
export { StoreLock } from "./store/lock.ts";
export { pruneImages, type Removed, removeImages } from "./store/remove.ts";
export { defaultRoot, ImageStore, type ListedImage } from "./store/store.ts";
export { type ChangeKind, compareTrees, nodeAt } from "./tree/compare.ts";
export { differenceOf } from "./tree/difference.ts";
export type { TreeNode } from "./tree/node.ts";
