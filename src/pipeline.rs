//! One message's way through everything below: read, detect, judge, plan, write down.
