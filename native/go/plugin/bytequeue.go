package plugin

// byteQueue is bytes of a stream between whoever has them and whoever is to take them.
type byteQueue struct {
	buf []byte
	at  int
}

func (q *byteQueue) len() int { return len(q.buf) - q.at }

// next is what is there. It is only lent, until the queue is changed.
func (q *byteQueue) next() []byte { return q.buf[q.at:] }

// push copies bytes to the end.
func (q *byteQueue) push(b []byte) {
	if q.at > 0 && len(q.buf)+len(b) > cap(q.buf) {
		q.buf = q.buf[:copy(q.buf, q.buf[q.at:])]
		q.at = 0
	}
	q.buf = append(q.buf, b...)
}

// drop takes n bytes away from the front.
func (q *byteQueue) drop(n int) {
	q.at += n
	if q.at == len(q.buf) {
		q.buf, q.at = q.buf[:0], 0
	}
}

// clear gives the memory back.
func (q *byteQueue) clear() { q.buf, q.at = nil, 0 }
