-- Several messages on one connection, aborts between them, empty and odd bodies.

dofile(folder .. "/mta.lua")
local conn = open()

mt.abort(conn)
envelope(conn, "MT0101")
header(conn, "X-Test", "encrypt")
header(conn, "Subject", "given up")
fine(mt.eoh(conn), "end of header")
fine(mt.bodystring(conn, PHI), "body")
mt.abort(conn)
mt.abort(conn)

-- Nothing of the aborted message is left.
envelope(conn, "MT0102")
message(conn, { { "Subject", "Lunch" } }, "Shall we meet at noon?\r\n")
untouched(conn)

-- No body, no header.
envelope(conn, "MT0103")
message(conn, { { "Subject", "empty" } }, nil)
untouched(conn)
envelope(conn, "MT0104", "local@outside.example")
message(conn, {}, nil)
untouched(conn)

-- 8-bit text, and a body in many pieces.
envelope(conn, "MT0105")
header(conn, "Subject", "f\195\188r dich \252\255")
fine(mt.eoh(conn), "end of header")
for piece = 1, 50 do
  fine(mt.bodystring(conn, "piece " .. piece .. " \228\246\r\n"), "body")
  goes_on(conn, "body")
end
fine(mt.eom(conn), "end of message")
untouched(conn)

-- And PHI after all that is still seen.
envelope(conn, "MT0106")
message(conn, { { "Subject", "Your visit" }, { "X-Test", "encrypt" } }, PHI)
goes_on(conn, "PHI")
check(mt.eom_check(conn, MT_HDRADD, "X-PHI-Detected"), "our field added")

-- Gone without a word: the next connection is served.
mt.disconnect(conn, false)
conn = open()
envelope(conn, "MT0107")
message(conn, { { "Subject", "Lunch" } }, "Shall we meet at noon?\r\n")
untouched(conn)
mt.disconnect(conn)
print("sessions: as expected")
