package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

func processes() {
	command := exec.Command("sort")
	command.Stdin = strings.NewReader("pear\napple\n")
	output, err := command.CombinedOutput()
	check(err)
	fmt.Printf("%q\n", output)

	output, err = exec.Command("sh", "-c", "echo $WHO; exit 3").Output()
	fmt.Printf("%q %v\n", output, err)

	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	fmt.Println(exec.CommandContext(ctx, "sleep", "60").Run(), ctx.Err())

	_, err = exec.Command("/nosuch").Output()
	fmt.Println(err, errors.Is(err, os.ErrNotExist))

	var wg sync.WaitGroup
	codes := make([]int, 6)
	for i := range codes {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			command := exec.Command("sh", "-c", fmt.Sprint("exit ", i))
			command.Run()
			codes[i] = command.ProcessState.ExitCode()
		}(i)
	}
	wg.Wait()
	fmt.Println(codes)
}

func files() {
	folder, err := os.MkdirTemp("", "go")
	check(err)
	defer os.RemoveAll(folder)
	name := filepath.Join(folder, "lines")
	check(os.WriteFile(name, bytes.Repeat([]byte("line\n"), 10000), 0o640))
	file, err := os.Open(name)
	check(err)
	lines := 0
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		lines++
	}
	stat, err := file.Stat()
	check(err)
	fmt.Println(lines, stat.Size(), stat.Mode())

	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err = file.Seek(0, io.SeekStart)
	check(err)
	_, err = io.Copy(writer, file)
	check(err)
	check(writer.Close())
	reader, err := gzip.NewReader(&packed)
	check(err)
	hash := sha256.New()
	_, err = io.Copy(hash, reader)
	check(err)
	fmt.Printf("%x\n", hash.Sum(nil))

	copied, err := os.Create(filepath.Join(folder, "copy"))
	check(err)
	_, err = file.Seek(0, io.SeekStart)
	check(err)
	n, err := io.Copy(copied, file) // copy_file_range(2)
	fmt.Println(n, err)

	_, err = os.Open(filepath.Join(folder, "none"))
	fmt.Println(errors.Is(err, os.ErrNotExist))
	check(os.Mkdir(filepath.Join(folder, "sub"), 0o700))
	check(os.Symlink("lines", filepath.Join(folder, "sub", "link")))
	check(filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		fmt.Println(strings.TrimPrefix(path, folder), entry.Type())
		return err
	}))
}

// The runtime's poller waits with epoll for what would block.
func sockets() {
	folder, err := os.MkdirTemp("", "go")
	check(err)
	defer os.RemoveAll(folder)
	listener, err := net.Listen("unix", filepath.Join(folder, "socket"))
	check(err)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				io.Copy(conn, conn)
				conn.Close()
			}()
		}
	}()
	var wg sync.WaitGroup
	echoed := make([]bool, 8)
	for i := range echoed {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			conn, err := net.Dial("unix", listener.Addr().String())
			check(err)
			defer conn.Close()
			line := fmt.Sprintf("hello %d\n", i)
			fmt.Fprint(conn, line)
			reader := bufio.NewReader(conn)
			reply, err := reader.ReadString('\n')
			check(err)
			check(conn.SetReadDeadline(time.Now().Add(10 * time.Millisecond)))
			_, err = reader.ReadByte()
			echoed[i] = reply == line && errors.Is(err, os.ErrDeadlineExceeded)
		}(i)
	}
	wg.Wait()
	fmt.Println(echoed, listener.Close())
}
