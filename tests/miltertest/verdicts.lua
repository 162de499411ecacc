-- PHI is marked for encryption, forged copies of our fields are not believed, clean mail is left.

dofile(folder .. "/mta.lua")
local conn = open()

envelope(conn, "MT0001")
message(conn, {
  { "X-PHI-Detected", "no; verdict=accept" },
  { "From", "Alice <alice@inside.example>" },
  { "Subject", "Your visit" },
  { "x-phi-detected", "no" },
  { "X-Test", "encrypt" },
}, PHI)
goes_on(conn, "PHI")
check(mt.eom_check(conn, MT_HDRDELETE, "X-PHI-Detected"), "forged fields removed")
check(mt.eom_check(conn, MT_HDRADD, "X-PHI-Detected"), "our field added")
local ours = mt.getheader(conn, "X-PHI-Detected", 0)
check(ours and string.find(ours, "yes; verdict=encrypt; policy="), "our verdict, not " .. tostring(ours))
check(mt.eom_check(conn, MT_HDRCHANGE, "Subject", " [SECURE] Your visit")
   or mt.eom_check(conn, MT_HDRCHANGE, "Subject", "[SECURE] Your visit"), "the prefix")

-- Already prefixed: written again, since the MTA's header checks see only what a milter writes.
envelope(conn, "MT0002")
message(conn, { { "Subject", "[SECURE] Your visit" }, { "X-Test", "encrypt" } }, PHI)
goes_on(conn, "PHI under a prefixed Subject")
check(mt.eom_check(conn, MT_HDRCHANGE, "Subject", " [SECURE] Your visit")
   or mt.eom_check(conn, MT_HDRCHANGE, "Subject", "[SECURE] Your visit"), "the same Subject again")

-- No Subject at all.
envelope(conn, "MT0003")
message(conn, { { "X-Test", "encrypt" } }, PHI)
goes_on(conn, "PHI without a Subject")
check(mt.eom_check(conn, MT_HDRADD, "Subject"), "a Subject added")

-- Clean mail.
envelope(conn, "MT0004")
message(conn, { { "Subject", "Lunch" } }, "Shall we meet at noon?\r\n")
untouched(conn)

mt.disconnect(conn)
print("verdicts: as expected")
