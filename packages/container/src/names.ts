/** Names for containers that were given none: an adjective and a thing that floats or sails. */
import { randomInt } from "node:crypto";

const ADJECTIVES =
  "able airy amber ample apt avid balmy bold brave breezy bright brisk calm candid cheery chilly civil clear clever " +
  "cosy crisp deft dapper eager early easy fair fancy fleet fond frank fresh gentle glad golden grand great hardy hazel " +
  "honest humble icy jolly keen kind lively loyal lucid lucky mellow merry mild misty modest neat nimble noble patient " +
  "plucky polite prime proud prudent quaint quick quiet rapid ready rosy royal rustic salty sandy serene sharp shiny " +
  "silent silver sleek smart snug sober solid spry steady stout sunny sure swift tender tidy tranquil trim trusty vivid " +
  "warm wise witty zesty";

const NOUNS =
  "anchor albatross auk ballast barge barque bay beacon bosun breeze brig buoy canoe capstan caravel cargo catamaran " +
  "clipper coral cormorant coracle current cutter dhow dinghy dolphin dory dugong ferry fjord frigate galleon gannet " +
  "gondola gull gunwale halyard harbour heron hull island jib junk kayak keel kelp ketch kittiwake lagoon lantern lighter " +
  "lighthouse lugger mainsail manatee mast monsoon narwhal nautilus oar osprey otter paddle pelican petrel pier pilot " +
  "pinnace plover porpoise port quay raft reef rigging rudder sail sandpiper schooner sculler seal sextant shoal skiff " +
  "sloop spinnaker starboard steamer tern tide tiller trawler tugboat turtle wave whale wharf yawl";

const adjectives: readonly string[] = ADJECTIVES.split(" ");
const nouns: readonly string[] = NOUNS.split(" ");

const TRIES = 10;

/** @returns a name that is not taken; after some tries one with a number. */
export function madeUpName(isTaken: (name: string) => boolean): string {
  for (let i = 0; i < TRIES; i++) {
    const name = pair();
    if (!isTaken(name)) return name;
  }
  for (;;) {
    const name = `${pair()}_${randomInt(10_000)}`;
    if (!isTaken(name)) return name;
  }
}

function pair(): string {
  return `${adjectives[randomInt(adjectives.length)]}_${nouns[randomInt(nouns.length)]}`;
}
