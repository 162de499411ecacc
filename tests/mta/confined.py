"""Runs a program as systemd would with a unit file: its user's rights, its limits, its system calls.

usage: confined.py UNIT PROGRAM WORDS...   (as root; gives root up)

What is set here is what can make a daemon fail that works without it; mounts and namespaces, which
need systemd itself, are not. Descriptor 3 is passed on as the socket that systemd hands over.
"""

import ctypes
import os
import pwd
import re
import resource
import subprocess
import sys

import seccomp

AF_UNIX, CLONE_NAMESPACES, PROT_WRITE, PROT_EXEC = 1, 0x7E020080, 2, 4
PR_SET_NO_NEW_PRIVS = 38
EAFNOSUPPORT, ENOSYS, EPERM = 97, 38, 1


def settings(unit):
    """Every setting of a unit file: its values, in order."""
    found = {}
    for line in open(unit):
        if (setting := re.match(r"(\w+)=(.*)", line)):
            found.setdefault(setting[1], []).append(setting[2])
    return found


def group(name):
    """The calls of a group such as @system-service, with those of the groups in it."""
    listed = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", name], check=True,
                            capture_output=True, text=True).stdout
    calls = set()
    for word in re.findall(r"(?m)^ +([@\w]\S*)", listed):
        calls |= group(word) if word.startswith("@") else {word}
    return calls


def allowed(lines):
    """What SystemCallFilter= lines leave."""
    calls = set()
    for line in lines:
        words = line.lstrip("~").split()
        named = set().union(*(group(w) if w.startswith("@") else {w} for w in words))
        calls = calls - named if line.startswith("~") else calls | named
    # systemd.exec(5): always allowed, whatever is listed.
    return calls | group("@default") | {"execve", "exit", "exit_group"}


def confine(unit):
    for limit in ("CORE", "NOFILE"):
        value = int(unit[f"Limit{limit}"][0])
        resource.setrlimit(getattr(resource, f"RLIMIT_{limit}"), (value, value))
    calls = allowed(unit["SystemCallFilter"])
    nobody = pwd.getpwnam("nobody")
    os.umask(int(unit["UMask"][0], 8))
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
    ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)

    numbers = {}
    for call in calls:
        number = seccomp.resolve_syscall(seccomp.Arch(), call)
        if number >= 0:
            numbers[call] = number
    rules = seccomp.SyscallFilter(seccomp.ERRNO(EPERM))
    conditional = {"socket", "clone", "clone3", "mmap", "mprotect"}
    for call in numbers.keys() - conditional:
        rules.add_rule(seccomp.ALLOW, call)
    if unit["RestrictAddressFamilies"] == ["AF_UNIX"]:
        rules.add_rule(seccomp.ALLOW, "socket", seccomp.Arg(0, seccomp.EQ, AF_UNIX))
        rules.add_rule(seccomp.ERRNO(EAFNOSUPPORT), "socket", seccomp.Arg(0, seccomp.NE, AF_UNIX))
    if unit["RestrictNamespaces"] == ["yes"]:
        rules.add_rule(seccomp.ALLOW, "clone",
                       seccomp.Arg(0, seccomp.MASKED_EQ, CLONE_NAMESPACES, 0))
        rules.add_rule(seccomp.ERRNO(ENOSYS), "clone3")
    if unit["MemoryDenyWriteExecute"] == ["yes"]:
        writable = PROT_WRITE | PROT_EXEC
        for protection in (0, PROT_WRITE, PROT_EXEC):
            rules.add_rule(seccomp.ALLOW, "mmap",
                           seccomp.Arg(2, seccomp.MASKED_EQ, writable, protection))
        rules.add_rule(seccomp.ALLOW, "mprotect", seccomp.Arg(2, seccomp.MASKED_EQ, PROT_EXEC, 0))
    rules.load()


def main():
    unit, program = settings(sys.argv[1]), sys.argv[2:]
    confine(unit)
    os.environ["LISTEN_PID"] = str(os.getpid())
    os.execv(program[0], program)


if __name__ == "__main__":
    main()
