/**
 * What the SDK throws. Each error has a stable `code` for programs, `context` with the facts, and a `hint` for people where
 * there is something to do. A program that ran and failed is no error: it is a result (result.ts).
 */
import { errnoMessage, errnoName } from "@kernelet/abi";
import { type ImageError, RegistryError } from "@kernelet/image";
import type { GuestError, PublishedPort } from "@kernelet/sandbox";

/** Stable: a code keeps its meaning. */
export type ErrorCode =
  | "INVALID_ARGUMENT"
  | "EXEC_FAILED"
  | "EXIT"
  | "IMAGE_NOT_FOUND"
  | "IMAGE_FAILED"
  | "TIMEOUT"
  | "SANDBOX_ENDED"
  | "PORT_UNAVAILABLE"
  | "NETWORK_DOWN"
  | "START_FAILED"
  | "INTERNAL";

interface ErrorParts<Context> {
  readonly context: Context;
  readonly hint?: string;
  readonly cause?: unknown;
}

export class SandboxError<Context extends object = object> extends Error {
  override readonly name: string = "SandboxError";
  readonly code: ErrorCode;
  /** The facts, as plain data. */
  readonly context: Context;
  /** What to do about it. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, parts: ErrorParts<Context>) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = code;
    this.context = parts.context;
    this.hint = parts.hint;
  }

  toJSON(): object {
    const { name, code, message, context, hint } = this;
    return { name, code, message, context, ...(hint === undefined ? {} : { hint }) };
  }
}

/** An argument that cannot be meant. Nothing was done. */
export class InvalidArgumentError extends SandboxError<{ readonly argument: string }> {
  override readonly name = "InvalidArgumentError";

  constructor(argument: string, problem: string) {
    super("INVALID_ARGUMENT", `${argument}: ${problem}`, { context: { argument } });
  }
}

/** Why a program never started. */
export type ExecFailure =
  | "NotFound"
  | "PermissionDenied"
  | "NotExecutable"
  | "BadCwd"
  | "BadUser"
  | "ResourceLimit";

export interface ExecContext {
  readonly kind: ExecFailure;
  /** The program, folder or user it is about. */
  readonly subject: string;
  /** Linux's name: "ENOENT". */
  readonly errno: string;
}

/** The program never started. */
export class ExecFailedError extends SandboxError<ExecContext> {
  override readonly name = "ExecFailedError";

  constructor(message: string, context: ExecContext, cause?: unknown) {
    super("EXEC_FAILED", message, { context, cause });
  }
}

/** The sandbox itself could not be started. */
export class StartFailedError extends SandboxError<{ readonly reason: string }> {
  override readonly name = "StartFailedError";

  constructor(reason: string, cause?: unknown) {
    const hint = "kernelet doctor says what works on this machine";
    super("START_FAILED", `the sandbox did not start: ${reason}`, {
      context: { reason },
      hint,
      cause,
    });
  }
}

/** The sandbox has ended, or did while something was asked of it. */
export class SandboxStoppedError extends SandboxError<{ readonly id: string }> {
  override readonly name = "SandboxStoppedError";

  constructor(id: string, cause?: unknown) {
    super("SANDBOX_ENDED", `sandbox ${id} has ended`, { context: { id }, cause });
  }
}

/** The image is not in the store, and was not to be pulled. */
export class ImageNotFoundError extends SandboxError<{ readonly image: string }> {
  override readonly name = "ImageNotFoundError";

  constructor(image: string) {
    const hint = `kernelet pull ${image} brings it, as does pull: "missing"`;
    super("IMAGE_NOT_FOUND", `image '${image}' is not here`, { context: { image }, hint });
  }
}

/** The sandbox was made without a network, and gets none later. */
export class NetworkDownError extends SandboxError<{ readonly id: string }> {
  override readonly name = "NetworkDownError";

  constructor(id: string, cause?: unknown) {
    const hint = 'any network.mode but "none" at the start lets it be changed later';
    super("NETWORK_DOWN", `sandbox ${id} has no network`, { context: { id }, hint, cause });
  }
}

export interface ImageContext {
  readonly image: string;
  /** What went wrong: "unauthorized", "unreachable", "bad-reference", "disk-full" … */
  readonly reason: ImageError["code"];
  /** The registry's, where it was that. */
  readonly host?: string;
  /** Of HTTP; 0: there was no answer. */
  readonly status?: number;
}

/** The image could not be had: its registry, the way there, or the store said no. */
export class ImageFailedError extends SandboxError<ImageContext> {
  override readonly name = "ImageFailedError";

  constructor(image: string, cause: ImageError) {
    const reason = cause.code;
    const { host, status } = cause instanceof RegistryError ? cause : {};
    const hint = reason === "unauthorized" && host !== undefined && `kernelet login ${host}`;
    super("IMAGE_FAILED", `image '${image}': ${cause.message}`, {
      context: {
        image,
        reason,
        ...(host !== undefined && { host }),
        ...(status !== undefined && { status }),
      },
      cause,
      ...(hint !== false && { hint }),
    });
  }
}

export interface PortContext {
  readonly address: string;
  readonly port: number;
  /** Linux's name: "EADDRINUSE". */
  readonly errno: string;
}

/** A port of this machine cannot be had. */
export class PortUnavailableError extends SandboxError<PortContext> {
  override readonly name = "PortUnavailableError";

  constructor({ hostAddress, hostPort }: PublishedPort, cause: GuestError) {
    const why = errnoMessage(cause.errno);
    const message = `${hostAddress}:${hostPort}: ${why.charAt(0).toLowerCase()}${why.slice(1)}`;
    const context = { address: hostAddress, port: hostPort, errno: errnoName(cause.errno) };
    super("PORT_UNAVAILABLE", message, { context, cause });
  }
}
