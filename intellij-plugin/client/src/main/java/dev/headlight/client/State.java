package dev.headlight.client;

/** The state of the server and its model. */
public enum State {
    STOPPED,
    STARTING,
    /** It is loading a model; the previous one may be in use meanwhile. */
    LOADING,
    READY,
    /** It runs, but could not load its model. */
    FAILED
}
