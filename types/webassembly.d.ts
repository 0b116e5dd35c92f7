/**
 * WebAssembly's JavaScript interface, for the parts that know neither Node nor a browser. Every engine
 * we run on has it; TypeScript declares it only in the `dom` library, which brings a browser along.
 */

declare namespace WebAssembly {
  type ValueType = "i32" | "i64" | "f32" | "f64" | "v128" | "anyfunc" | "externref";
  type TableKind = "anyfunc" | "externref";
  type ImportExportKind = "function" | "global" | "memory" | "table" | "tag";
  // biome-ignore lint/complexity/noBannedTypes: the specification says no more than that either.
  type ExportValue = Function | Global | Memory | Table;
  type ImportValue = ExportValue | number | bigint;
  type Exports = Record<string, ExportValue>;
  type ModuleImports = Record<string, ImportValue>;
  type Imports = Record<string, ModuleImports>;

  interface MemoryDescriptor {
    initial: number;
    maximum?: number;
    shared?: boolean;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(delta: number): number;
  }
  const Memory: { prototype: Memory; new (descriptor: MemoryDescriptor): Memory };

  interface TableDescriptor {
    element: TableKind;
    initial: number;
    maximum?: number;
  }
  interface Table {
    readonly length: number;
    get(index: number): unknown;
    grow(delta: number, value?: unknown): number;
    set(index: number, value?: unknown): void;
  }
  const Table: { prototype: Table; new (descriptor: TableDescriptor, value?: unknown): Table };

  interface GlobalDescriptor {
    mutable?: boolean;
    value: ValueType;
  }
  interface Global<T = unknown> {
    value: T;
    valueOf(): T;
  }
  const Global: {
    prototype: Global;
    new <T = unknown>(descriptor: GlobalDescriptor, value?: T): Global<T>;
  };

  interface ModuleExportDescriptor {
    kind: ImportExportKind;
    name: string;
  }
  interface ModuleImportDescriptor {
    kind: ImportExportKind;
    module: string;
    name: string;
  }
  interface Module {
    readonly [Symbol.toStringTag]: "WebAssembly.Module";
  }
  const Module: {
    prototype: Module;
    new (bytes: BufferSource): Module;
    customSections(module: Module, sectionName: string): ArrayBuffer[];
    exports(module: Module): ModuleExportDescriptor[];
    imports(module: Module): ModuleImportDescriptor[];
  };

  interface Instance {
    readonly exports: Exports;
  }
  const Instance: { prototype: Instance; new (module: Module, imports?: Imports): Instance };

  interface WebAssemblyInstantiatedSource {
    instance: Instance;
    module: Module;
  }

  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}

  function compile(bytes: BufferSource): Promise<Module>;
  function instantiate(
    bytes: BufferSource,
    imports?: Imports,
  ): Promise<WebAssemblyInstantiatedSource>;
  function instantiate(module: Module, imports?: Imports): Promise<Instance>;
  function validate(bytes: BufferSource): boolean;
}

type BufferSource = ArrayBufferView<ArrayBufferLike> | ArrayBuffer;
