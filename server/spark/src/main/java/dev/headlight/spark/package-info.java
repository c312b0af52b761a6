/** A corpus on a Spark cluster: the only package that knows Spark. How texts are measured is {@code corpus}'s business. */
package dev.headlight.spark;
