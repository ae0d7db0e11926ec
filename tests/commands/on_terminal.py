"""Runs a command on a terminal of its own, as a person would: a helper of tests (on_terminal.ts).

Reads {"command": [...], "env": {...}, "cwd": "...", "steps": [...]} from stdin. A step is
{"expect": "text"}, {"send": "text"}, {"signal": 15} or {"pause": 0.2}. Prints JSON: what the terminal
showed, the exit code, whether the terminal echoes as before, and what was typed and not read.
"""
import fcntl, json, os, pty, select, signal, struct, sys, termios, time

task = json.load(sys.stdin)
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, task.get("columns", 80), 0, 0))
before = termios.tcgetattr(slave)
child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2):
        os.dup2(slave, fd)
    os.close(master)
    os.chdir(task["cwd"])
    os.execve(task["command"][0], task["command"], task["env"])

shown = b""
since = 0
ended = None


def pump(seconds):
    """Takes what the terminal shows. Returns whether anything came."""
    global shown
    ready, _, _ = select.select([master], [], [], seconds)
    if not ready:
        return False
    shown += os.read(master, 65536)
    return True


def status():
    global ended
    if ended is None:
        pid, code = os.waitpid(child, os.WNOHANG)
        if pid:
            ended = os.waitstatus_to_exitcode(code)
    return ended


deadline = time.monotonic() + 20
missed = None
for step in task["steps"]:
    if "expect" in step:
        wanted = step["expect"].encode()
        while wanted not in shown[since:]:
            if time.monotonic() > deadline or (not pump(0.05) and status() is not None):
                missed = step["expect"]
                break
        else:
            since = shown.index(wanted, since) + len(wanted)
        if missed:
            break
    elif "send" in step:
        os.write(master, step["send"].encode())
    elif "signal" in step:
        os.kill(child, step["signal"])
    elif "pause" in step:
        end = time.monotonic() + step["pause"]
        while time.monotonic() < end:
            pump(0.02)
while status() is None and time.monotonic() < deadline:
    pump(0.05)
if ended is None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
while pump(0.05):
    pass
after = termios.tcgetattr(slave)
raw = list(after)
raw[3] &= ~termios.ICANON
raw[6] = list(after[6])
raw[6][termios.VMIN] = 0
raw[6][termios.VTIME] = 1
termios.tcsetattr(slave, termios.TCSANOW, raw)
print(json.dumps({
    "shown": shown.decode(errors="replace"),
    "code": ended,
    "missed": missed,
    "isRestored": after[:4] == before[:4],
    "left": os.read(slave, 65536).decode(errors="replace"),
}))
