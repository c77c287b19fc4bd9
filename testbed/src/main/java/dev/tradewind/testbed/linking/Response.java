package dev.tradewind.testbed.linking;

/** An answer; a null body is none. */
record Response(int status, Object body) {
    static final Response NO_CONTENT = new Response(204, null);

    static Response ok(Object body) {
        return new Response(200, body);
    }
}
