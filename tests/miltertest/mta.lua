-- What the scripts beside this one share: an MTA that honours what the milter negotiated.
-- They are run by Debian's miltertest, an independent implementation of the protocol:
--   miltertest -D socket=unix:/path/m.sock -D folder=tests/miltertest -s tests/miltertest/verdicts.lua
-- and expect a milter in enforcing mode, with inside.example as inside, on which PHI to
-- outside.example is encrypted. The field X-Test tells a milter that judges nothing what to do.

NO_DATA = 0x200
NO_HELO = 0x2

PHI = "Patient: John Sample, MRN: 00482913, DOB 03/14/1961, SSN 219-09-4321.\r\n" ..
      "Diagnosis: type 2 diabetes mellitus (ICD-10 E11.9), taking metformin 500 mg.\r\n"

function fine(failed, step)
  if failed ~= nil then error(step .. ": " .. tostring(failed)) end
end

function goes_on(conn, step)
  local reply = mt.getreply(conn)
  if reply ~= SMFIR_CONTINUE then error(step .. " was answered " .. string.char(reply)) end
end

function check(holds, what)
  if not holds then error("expected: " .. what) end
end

function open()
  local conn = mt.connect(socket, 20, 0.1)
  check(conn, "a milter on " .. socket)
  fine(mt.negotiate(conn, nil, nil, nil), "negotiation")
  return conn
end

function envelope(conn, id, recipient)
  mt.macro(conn, SMFIC_MAIL, "i", id, "{client_addr}", "127.0.0.1", "{auth_authen}", "alice")
  fine(mt.mailfrom(conn, "<alice@inside.example>"), "MAIL")
  goes_on(conn, "MAIL")
  fine(mt.rcptto(conn, recipient or "<bob@outside.example>"), "RCPT")
  goes_on(conn, "RCPT")
  if not mt.test_option(conn, NO_DATA) then
    fine(mt.data(conn), "DATA")
    goes_on(conn, "DATA")
  end
end

function header(conn, name, value)
  fine(mt.header(conn, name, value), name)
  goes_on(conn, name)
end

-- Sends header and body (nil for none) and ends the message.
function message(conn, fields, body)
  for _, field in ipairs(fields) do header(conn, field[1], field[2]) end
  fine(mt.eoh(conn), "end of header")
  goes_on(conn, "end of header")
  if body then
    fine(mt.bodystring(conn, body), "body")
    goes_on(conn, "body")
  end
  fine(mt.eom(conn), "end of message")
end

function untouched(conn)
  goes_on(conn, "end of message")
  check(not mt.eom_check(conn, MT_HDRADD), "no field added")
  check(not mt.eom_check(conn, MT_HDRCHANGE), "no field changed")
  check(not mt.eom_check(conn, MT_HDRDELETE), "no field removed")
  check(not mt.eom_check(conn, MT_BODYCHANGE), "no other body")
  check(not mt.eom_check(conn, MT_QUARANTINE), "no quarantine")
end
