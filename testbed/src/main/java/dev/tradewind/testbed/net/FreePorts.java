package dev.tradewind.testbed.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Ports for servers that are told where to listen.
 *
 * <p>They are drawn from below the range out of which Linux and macOS give ports to clients and to
 * those that ask for any (from 32768 and 49152 on): nobody's connection takes one between its draw
 * and its use, nor while a server that had it is down and is to come back.
 */
public final class FreePorts {
    private static final int FIRST = 20_000;
    private static final int LAST = 32_000;
    private static final int TRIES = 1_000;

    /**
     * Most of those that were drawn in this process: a server may take seconds until it listens,
     * and others are started beside it.
     */
    private static final Set<Integer> DRAWN = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /** One port of the loopback interface on which nobody listens. */
    public static int one() {
        return some(1)[0];
    }

    /**
     * As many, all different.
     *
     * @throws UncheckedIOException if so many are not to be found
     */
    public static int[] some(int many) {
        Set<Integer> free = new LinkedHashSet<>();
        IntStream drawn = ThreadLocalRandom.current().ints(TRIES + many, FIRST, LAST);
        for (int port : (Iterable<Integer>) drawn::iterator) {
            if (free.size() == many) {
                break;
            }
            if (DRAWN.size() > (LAST - FIRST) / 2) {
                DRAWN.clear();
            }
            if (isFree(port) && DRAWN.add(port)) {
                free.add(port);
            }
        }
        if (free.size() < many) {
            throw new UncheckedIOException(
                    new IOException("no free port between " + FIRST + " and " + LAST));
        }
        return free.stream().mapToInt(Integer::intValue).toArray();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
