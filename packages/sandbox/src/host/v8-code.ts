/**
 * V8's machine code for a Wasm module as bytes, and back. V8 has that for browsers and gives it to programs in C++ only; to
 * JavaScript it is there under names of V8's own tests (`--allow-natives-syntax`, launch.ts).
 *
 * The bytes begin with V8's version, its options and the processor's features, and V8 refuses those of another. What it
 * does not see is whether they belong to the Wasm that they are given with: who keeps them has to.
 */

type Serialize = (module: WebAssembly.Module) => ArrayBuffer | undefined;
type Deserialize = (code: ArrayBuffer, wasm: Uint8Array) => WebAssembly.Module | undefined;

/** A V8 that lacks these names makes a SyntaxError of them. */
function natively(parameters: readonly string[], body: string): unknown {
  try {
    return new Function(...parameters, `return ${body}`);
  } catch {
    return undefined;
  }
}

let deserialize: Deserialize | undefined | null = null;

/** The module, with its code; undefined where V8 does not take it. */
export function moduleWithCode(
  code: ArrayBuffer,
  wasm: Uint8Array,
): WebAssembly.Module | undefined {
  if (deserialize === null) {
    deserialize = natively(["code", "wasm"], "%DeserializeWasmModule(code, wasm)") as
      | Deserialize
      | undefined;
  }
  return deserialize?.(code, wasm);
}

/** The code of a module whose functions V8 has all optimised: it ends the process where it has optimised none. */
export function codeOf(module: WebAssembly.Module): Uint8Array | undefined {
  const serialize = natively(["module"], "%SerializeWasmModule(module)") as Serialize | undefined;
  const code = serialize?.(module);
  return code === undefined ? undefined : new Uint8Array(code);
}
