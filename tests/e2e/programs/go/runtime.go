package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

func goroutines() {
	squares := make(chan int)
	var wg sync.WaitGroup
	for i := 0; i < 100; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			squares <- i * i
		}(i)
	}
	go func() { wg.Wait(); close(squares) }()
	sum := 0
	for square := range squares {
		sum += square
	}
	fmt.Println("sum of squares", sum)

	var count int64
	var lock sync.Mutex
	seen := map[int]int{}
	for g := 0; g < 8; g++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			runtime.LockOSThread() // A thread for each, so that locks are futexes.
			for i := 0; i < 500; i++ {
				atomic.AddInt64(&count, 1)
				lock.Lock()
				seen[i]++
				lock.Unlock()
			}
		}()
	}
	wg.Wait()
	fmt.Println("threads counted", count, len(seen), seen[7])

	// A loop that never calls anything is preempted by a signal.
	var stop int64
	runtime.GOMAXPROCS(1)
	done := make(chan string)
	go func() {
		for atomic.LoadInt64(&stop) == 0 {
		}
		done <- "stopped"
	}()
	go func() { done <- "ran beside a busy loop" }()
	fmt.Println(<-done)
	atomic.StoreInt64(&stop, 1)
	fmt.Println(<-done)
}

func collector() {
	type node struct {
		next *node
		data [512]byte
	}
	var kept *node
	for i := 0; i < 20000; i++ {
		fresh := &node{}
		if i%1000 == 0 {
			fresh.next = kept
			fresh.data[0] = byte(i / 1000)
			kept = fresh
		}
	}
	runtime.GC()
	debug.FreeOSMemory()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	length, sum := 0, 0
	for n := kept; n != nil; n = n.next {
		length++
		sum += int(n.data[0])
	}
	fmt.Println("kept", length, sum, "collected", stats.NumGC > 0, "small", stats.HeapAlloc < 8<<20)
}

func timers() {
	start := time.Now()
	ticker := time.NewTicker(10 * time.Millisecond)
	for i := 0; i < 3; i++ {
		<-ticker.C
	}
	ticker.Stop()
	fmt.Println("three ticks", time.Since(start) >= 30*time.Millisecond)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	select {
	case <-ctx.Done():
		fmt.Println(ctx.Err())
	case <-time.After(30 * time.Second):
		fmt.Println("late")
	}
}

func recovered(what string, run func()) {
	defer func() { fmt.Println(what, "->", recover()) }()
	run()
}

func faults() {
	var none *struct{ field int }
	zero := 0
	var empty []int
	recovered("nil pointer", func() { fmt.Println(none.field) })
	recovered("division", func() { fmt.Println(1 / zero) })
	recovered("index", func() { fmt.Println(empty[5]) })
	page, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_READ, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	check(err)
	recovered("read-only page", func() {
		debug.SetPanicOnFault(true)
		page[7] = 1
	})
	var deep func(n int) int
	deep = func(n int) int {
		if n == 0 {
			return 0
		}
		return 1 + deep(n-1)
	}
	fmt.Println("deep", deep(200000)) // The stack grows by copying.
}

func signals() {
	got := make(chan os.Signal, 1)
	signal.Notify(got, syscall.SIGUSR1, syscall.SIGWINCH)
	check(syscall.Kill(os.Getpid(), syscall.SIGUSR1))
	fmt.Println(<-got)
	signal.Ignore(syscall.SIGUSR1)
	check(syscall.Kill(os.Getpid(), syscall.SIGUSR1))
	check(syscall.Kill(os.Getpid(), syscall.SIGWINCH))
	fmt.Println(<-got)
}
