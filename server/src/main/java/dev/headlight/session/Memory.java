package dev.headlight.session;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** Returns freed memory to the system, which neither Java nor the C library does promptly. */
final class Memory {
    private Memory() {}

    /** Takes some 100 ms. */
    static void trim() {
        System.gc(); // a model's mapped files stay until Java collects their buffers
        try {
            // glibc's malloc_trim, as a jcmd command; later updates of Java 17 have it, and all versions from 18
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "systemTrimNativeHeap",
                            new Object[0],
                            new String[0]);
        } catch (JMException e) {
            // not available in this JVM or system: the next model reuses the freed memory
        }
    }
}
