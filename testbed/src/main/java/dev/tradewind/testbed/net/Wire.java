package dev.tradewind.testbed.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP connection's way from a port of its own to another on this machine. While it is cut every
 * connection over it is broken, at once, and each new one as soon as it is made: as when the
 * server's process was killed, or the network in between. While it is silent they stay, and nothing
 * comes of them: as when the server's machine hangs, or what is sent is dropped on its way.
 */
public final class Wire implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Wire.class);
    private static final InetAddress HOST = InetAddress.getLoopbackAddress();
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int BUFFER = 32 * 1024;

    private final ServerSocket server;
    private final String name;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong broken = new AtomicLong();
    private volatile int target;
    private volatile boolean cut;
    private volatile boolean silent;

    private Wire(String name) throws IOException {
        this.name = name + "-" + COUNT.incrementAndGet();
        this.server = new ServerSocket(0, 200, HOST);
        daemon(this::accept, "wire-" + this.name);
    }

    /** It listens when this returns, and refuses until it is told where it leads. */
    public static Wire open(String name) {
        try {
            return new Wire(name);
        } catch (IOException e) {
            throw new UncheckedIOException("no port for wire " + name, e);
        }
    }

    /** Where it listens. */
    public int port() {
        return server.getLocalPort();
    }

    /** Where it leads, from the next connection on. */
    public void leadTo(int port) {
        target = port;
    }

    public void cut() {
        cut = true;
        for (Socket socket : open) {
            if (reset(socket)) {
                broken.incrementAndGet();
            }
        }
    }

    /** From now on nothing gets through, and nobody is told. */
    public void silence() {
        silent = true;
    }

    /** What was on its way in the silence is lost, with its connections. */
    public void mend() {
        cut = false;
        if (silent) {
            silent = false;
            open.forEach(this::reset);
        }
    }

    /** How many sockets were broken by cuts, and connections refused by them: whom they struck. */
    public long broken() {
        return broken.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                if (cut || target == 0) {
                    broken.incrementAndGet();
                    reset(client);
                } else if (!silent) {
                    daemon(() -> connect(client), "wire-" + name + "-connect");
                }
            } catch (IOException e) {
                if (!server.isClosed()) {
                    LOG.debug("wire {}: {}", name, e.toString());
                }
            }
        }
    }

    private void connect(Socket client) {
        Socket upstream;
        try {
            upstream = new Socket(HOST, target);
            upstream.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
        } catch (IOException e) {
            // as the server itself would do that isn't there
            reset(client);
            return;
        }
        open.add(upstream);
        if (cut) {
            reset(client);
            reset(upstream);
            return;
        }
        daemon(() -> copy(client, upstream), "wire-" + name + "-up");
        copy(upstream, client);
    }

    /** Until one of them ends; then neither is of use to the other. */
    private void copy(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            // what comes after a gap would be something else to who gets it
            boolean gap = false;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                gap |= silent;
                if (!gap) {
                    out.write(buffer, 0, n);
                }
            }
        } catch (IOException e) {
            LOG.trace("wire {}: {}", name, e.toString());
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    /**
     * @return whether it was open
     */
    private boolean reset(Socket socket) {
        boolean was = open.remove(socket) && !socket.isClosed();
        try (socket) {
            // no farewell: what is under way is lost
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            LOG.trace("wire {}: {}", name, e.toString());
        }
        return was;
    }

    private static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        cut = true;
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("wire {}: {}", name, e.toString());
        }
        open.forEach(this::reset);
    }
}
