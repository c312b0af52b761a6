package dev.headlight.session;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** Gives memory that was freed back to the system, which neither Java nor the C library does by itself soon. */
final class Memory {
    private Memory() {}

    /** Takes some 100 ms. */
    static void giveBack() {
        System.gc(); // files that a model mapped stay until Java finds that nobody reads them
        try {
            // glibc's malloc_trim, by jcmd's name for it; younger versions of Java 17 have it, and all from 18 on
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "systemTrimNativeHeap",
                            new Object[0],
                            new String[0]);
        } catch (JMException e) {
            // a Java or a system that has no such thing: what was freed is used again by the next model
        }
    }
}
