import type { Io } from "../io.ts";
import type { DoRequest } from "./request.ts";

export async function runRequest(request: DoRequest, io: Io): Promise<number> {
  io.out(JSON.stringify(request));
  return 0;
}
