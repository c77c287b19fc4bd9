package dev.tradewind.cli.bench;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** What is done around the calls of a port. */
interface Around {
    /** The call itself. */
    interface Call {
        Object go() throws Throwable;
    }

    /**
     * @return what the call is to give
     */
    Object of(String method, Object[] args, Call call) throws Throwable;

    /** The same port, and that around each of its calls. */
    static <T> T port(Class<T> type, T same, Around around) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, args) ->
                                around.of(
                                        method.getName(),
                                        args,
                                        () -> {
                                            try {
                                                return method.invoke(same, args);
                                            } catch (InvocationTargetException e) {
                                                throw e.getCause();
                                            }
                                        })));
    }
}
