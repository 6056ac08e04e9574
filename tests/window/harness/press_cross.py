"""Sends WM_DELETE_WINDOW (ICCCM 4.2.8.1) to the top-level windows whose name holds the argument: without a window manager
nobody else does."""

import ctypes
import sys

X = ctypes.CDLL("libX11.so.6")
X.XOpenDisplay.restype = ctypes.c_void_p
X.XInternAtom.restype = ctypes.c_ulong
X.XDefaultRootWindow.restype = ctypes.c_ulong
for name in ("XInternAtom", "XDefaultRootWindow", "XQueryTree", "XGetWMProtocols", "XFetchName", "XSendEvent", "XFlush"):
    getattr(X, name).argtypes = None


class ClientMessage(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("pad", ctypes.c_char * 192),
    ]


CLIENT_MESSAGE = 33
display = ctypes.c_void_p(X.XOpenDisplay(None))
protocols = X.XInternAtom(display, b"WM_PROTOCOLS", 0)
delete = X.XInternAtom(display, b"WM_DELETE_WINDOW", 0)
utf8_name = X.XInternAtom(display, b"_NET_WM_NAME", 0)


def children(window):
    root, parent = ctypes.c_ulong(), ctypes.c_ulong()
    found, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
    X.XQueryTree(
        display, ctypes.c_ulong(window), ctypes.byref(root), ctypes.byref(parent), ctypes.byref(found), ctypes.byref(count)
    )
    return [found[at] for at in range(count.value)]


def name(window):
    kind, bits = ctypes.c_ulong(), ctypes.c_int()
    count, left, text = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.POINTER(ctypes.c_char)()
    X.XGetWindowProperty(
        display, ctypes.c_ulong(window), ctypes.c_ulong(utf8_name), ctypes.c_long(0), ctypes.c_long(1024), 0,
        ctypes.c_ulong(0), ctypes.byref(kind), ctypes.byref(bits), ctypes.byref(count), ctypes.byref(left), ctypes.byref(text),
    )
    return ctypes.string_at(text, count.value).decode() if count.value else ""


def takes_delete(window):
    atoms, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_int()
    if not X.XGetWMProtocols(display, ctypes.c_ulong(window), ctypes.byref(atoms), ctypes.byref(count)):
        return False
    return any(atoms[at] == delete for at in range(count.value))


closed = 0
for window in children(X.XDefaultRootWindow(display)):
    if sys.argv[1] in name(window) and takes_delete(window):
        message = ClientMessage(
            CLIENT_MESSAGE, 0, 1, display, window, protocols, 32, (ctypes.c_long * 5)(delete, 0, 0, 0, 0)
        )
        X.XSendEvent(display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message))
        closed += 1
X.XFlush(display)
sys.exit(0 if closed else 1)
