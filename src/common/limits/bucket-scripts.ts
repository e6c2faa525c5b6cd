/**
 * Each script works on one hash per bucket: its reported `size`, the `room` at the time `at`, for each
 * lane the `turn` of the last caller without room, the time of the last `paced` call, and the time at
 * which a paced caller last `asked` in vain. Redis supplies the clock, so that all processes share one. A
 * part of the size is never used, because calls that are sent apart may arrive together; only a bucket of
 * one call is used whole. An unknown bucket has no room: it may have been lost a moment after it was used up.
 */
const REFRESH = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local kept = redis.call('HMGET', KEYS[1], 'size', 'room', 'at', 'paced', 'asked')
local size = tonumber(kept[1] or ARGV[1])
local eachMs = tonumber(ARGV[2]) / size
local function usableOf(calls)
  return math.max(1, calls - math.max(1, math.floor(calls / 20)))
end
local usable = usableOf(size)
local room = math.min(usable, (tonumber(kept[2] or 0)) + math.max(0, now - (tonumber(kept[3] or now))) / eachMs)
-- How long until there is room beside what is left to others. Who is paced takes every other call at most where an eighth is left; and that one
-- is kept for whoever asked for it a moment ago.
local function untilRoom(left, isPaced)
  local pace = math.min(2 * eachMs, (tonumber(kept[4] or 0)) + 2 * eachMs - now)
  local isAsked = now - (tonumber(kept[5] or 0)) < 3000
  local need = left + 1
  if not isPaced and isAsked and pace <= 0 then need = math.max(need, 2) end
  local wait = math.max(0, math.ceil((math.min(need, usable) - room) * eachMs))
  if isPaced and usable > 1 and room < usable / 8 then wait = math.max(wait, math.ceil(pace)) end
  if isPaced and wait > 0 then redis.call('HSET', KEYS[1], 'asked', string.format('%.3f', now)) end
  return wait
end
`;

const KEEP = `
redis.call('HSET', KEYS[1], 'size', size, 'room', tostring(room), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[1], 86400000)
`;

/**
 * ARGV: size, emptiesInMs, calls to leave to others, 'paced' or ''. Takes room for one call and returns 0,
 * or returns the milliseconds until there is room.
 */
export const TAKE = `${REFRESH}
local wait = untilRoom(tonumber(ARGV[3]), ARGV[4] == 'paced')
if wait == 0 then
  room = room - 1
  if ARGV[4] == 'paced' then redis.call('HSET', KEYS[1], 'paced', string.format('%.3f', now)) end
end
${KEEP}
return wait
`;

/** ARGV as for TAKE. Takes nothing and returns the milliseconds until there is room, 0 for now. */
export const LOOK = `${REFRESH}
local wait = untilRoom(tonumber(ARGV[3]), ARGV[4] == 'paced')
if wait > 0 then
${KEEP}
end
return wait
`;

/** ARGV: size, emptiesInMs, calls to leave to others, lane. Reserves a turn and returns the milliseconds until then. */
export const TURN = `${REFRESH}
local name = 'turn:' .. ARGV[4]
local first = now + math.max(0, (math.min(tonumber(ARGV[3]) + 1, usable) - room) * eachMs)
local turn = math.max(first, tonumber(redis.call('HGET', KEYS[1], name) or 0))
redis.call('HSET', KEYS[1], name, string.format('%.3f', turn + eachMs))
${KEEP}
return math.ceil(turn - now)
`;

/**
 * ARGV: size, emptiesInMs, reported size or '', reported room or ''. The platform's report makes the room
 * smaller, never larger.
 */
export const REPORT = `${REFRESH}
local reported = tonumber(ARGV[3])
if reported and reported > 0 then size = reported end
local remaining = tonumber(ARGV[4])
if remaining then room = math.min(room, remaining - size + usableOf(size)) end
${KEEP}
return 0
`;
