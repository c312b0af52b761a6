package dev.headlight.client;

/** How the server does. */
public enum State {
    STOPPED,
    STARTING,
    /** It answers, and loads its model. */
    LOADING,
    READY
}
